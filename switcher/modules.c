/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/modules.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>

#include "switcher/kernel-text.h"
#include "switcher/program.h"
#include "switcher/sysfs.h"

#define MODPROBE_USEC 60000000 /* a driver looks for its devices meanwhile, and starts them */

bool module_is_loaded(const char *root, const char *name) {
        char path[PATH_MAX];

        snprintf(path, sizeof(path), "%s/sys/module/%s/refcnt", root,
                 name); /* one that is built in has none */
        return access(path, F_OK) == 0;
}

int module_of_driver(char **ret, const char *root, const char *driver) {
        _cleanup_close_ int top = kernel_open_root(root);
        char path[PATH_MAX], name[64];

        snprintf(path, sizeof(path), "sys/bus/pci/drivers/%s/module", driver);
        if (!*driver || top < 0 || kernel_link(top, path, name, sizeof(name)) < 0 ||
            !module_is_loaded(root, name))
                return -ENOENT;
        *ret = strdup(name);
        return *ret ? 0 : -ENOMEM;
}

/* NULL: no memory. */
static char *find_modprobe(const char *root) {
        char *path = NULL;

        if (sysfs_read(&path, root, "/proc/sys/kernel/modprobe") >= 0 && *path)
                return path;
        free(path); /* "": the kernel is to load nothing by itself */
        return strdup("/sbin/modprobe");
}

int module_load(struct step_call *call, const char *name) {
        _cleanup_free_ char *modprobe = find_modprobe(call->root);
        char output[300];
        int r;

        if (module_is_loaded(call->root, name))
                return 0;
        if (!modprobe)
                return -ENOMEM;
        r = program_run((char *[]){ modprobe, (char *)"--", (char *)name, NULL }, MODPROBE_USEC, output,
                        sizeof(output));
        if (r < 0)
                return step_fail(call, r, "cannot run '%s %s': %s", modprobe, name, strerror(-r));
        output[strcspn(output, "\n")] = '\0';
        if (r > 0)
                return step_fail(call, -EIO, "'%s %s' ended with %d: %s", modprobe, name, r,
                                 *output ? output : "see dmesg");
        if (!module_is_loaded(call->root, name))
                return step_fail(call, -EIO, "'%s %s' has not loaded it: see /etc/modprobe.d", modprobe,
                                 name);
        return 0;
}

void module_drop(struct step_call *call, const char *name) {
        _cleanup_free_ char *modprobe = find_modprobe(call->root);
        char output[16];

        if (modprobe && module_is_loaded(call->root, name))
                (void)program_run((char *[]){ modprobe, (char *)"-rq", (char *)"--", (char *)name, NULL },
                                  MODPROBE_USEC, output, sizeof(output));
}

int module_unload(const char *name) {
        return syscall(SYS_delete_module, name, O_NONBLOCK) < 0 ? -errno : 0;
}

/* "snd_hda_codec, snd_hda_core"; NULL: no memory. */
static char *join_entries(DIR *folder) {
        const char *entry;
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;
        while (folder && (entry = kernel_next(folder)))
                fprintf(out, "%s%s", ftell(out) > 0 ? ", " : "", entry);
        return close_memstream(out, &text);
}

unsigned module_references(char **ret_users, const char *root, const char *name) {
        _cleanup_close_ int top = kernel_open_root(root);
        _cleanup_(closedirp) DIR *folder = NULL;
        char path[PATH_MAX];
        uint64_t references;

        snprintf(path, sizeof(path), "sys/module/%s/holders", name);
        folder = top < 0 ? NULL : kernel_folder(top, path);
        *ret_users = join_entries(folder);
        if (sysfs_read_unsigned(&references, root, "/sys/module/%s/refcnt", name) < 0)
                return 0;
        return (unsigned)references;
}
