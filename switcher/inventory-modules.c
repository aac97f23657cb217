/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules, and whether vfio-pci is among them, in the kernel itself, or could be loaded. */
#include <fcntl.h>

#include "switcher/inventory-internal.h"
#include "switcher/kernel-text.h"

/* LIST is "nvidia_uvm,nvidia_modeset,"; "-" of none; and "[permanent]," is a remark, not a module. */
static char **users_of(char *list) {
        size_t most = 1, n = 0;
        char **users;

        for (const char *c = list; *c; c++)
                most += *c == ',';
        users = calloc(most + 1, sizeof(*users));
        for (char *user; users && (user = strsep(&list, ","));)
                if (*user && *user != '-' && *user != '[')
                        users[n++] = strdup(user);
        return users;
}

/* "nvidia 56823808 1525 nvidia_uvm,nvidia_modeset, Live 0x0000000000000000 (POE)" */
static int add_module(struct inventory *inventory, char *line) {
        struct inventory_module *grown;
        unsigned references;
        char name[64], users[1024];

        if (sscanf(line, "%63s %*s %u %1023s", name, &references, users) != 3)
                return 0;
        grown = reallocarray(inventory->modules, inventory->n_modules + 1, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        inventory->modules = grown;
        grown += inventory->n_modules++;
        *grown = (struct inventory_module){ .name = strdup(name),
                                            .references = references,
                                            .users = users_of(users) };
        return grown->name && grown->users ? 0 : -ENOMEM;
}

static bool is_listed(int root, const char *release, const char *list) {
        _cleanup_fclose_ FILE *lines = NULL;
        _cleanup_free_ char *line = NULL;
        size_t size = 0;
        char path[256];

        snprintf(path, sizeof(path), "lib/modules/%s/%s", release, list);
        lines = kernel_lines(root, path);
        while (lines && getline(&line, &size, lines) >= 0)
                if (strstr(line, "/vfio-pci.ko"))
                        return true;
        return false;
}

static bool has_vfio(const struct inventory *inventory, int root) {
        char release[128];

        if (inventory_find_module(inventory, "vfio_pci") ||
            faccessat(root, "sys/bus/pci/drivers/vfio-pci", F_OK, 0) == 0)
                return true;
        (void)kernel_text(root, "proc/sys/kernel/osrelease", release, sizeof(release));
        return *release &&
               (is_listed(root, release, "modules.builtin") || is_listed(root, release, "modules.dep"));
}

int inventory_look_at_modules(struct inventory *inventory, int root) {
        _cleanup_fclose_ FILE *lines = kernel_lines(root, "proc/modules");
        _cleanup_free_ char *line = NULL;
        size_t size = 0;
        int r = 0;

        while (r >= 0 && lines && getline(&line, &size, lines) >= 0)
                r = add_module(inventory, line);
        inventory->vfio = r >= 0 && has_vfio(inventory, root);
        return r;
}
