/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All descriptors of all processes, by the number of the device that they lead to. For every one of them that
 * is one system call, and no memory; only who is found is asked who it is.
 */
#include "switcher/holders.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "switcher/holders-internal.h"
#include "switcher/kernel-text.h"

static int add_holder(struct scan *scan, const struct holders_node *node, bool mapped) {
        struct holders *holders = scan->holders;
        struct holder *grown;

        for (size_t i = scan->first; i < holders->n; i++)
                if (holders->items[i].node == node->name && holders->items[i].device == node->device)
                        return 1;
        grown = reallocarray(holders->items, holders->n + 1, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        holders->items = grown;
        grown[holders->n++] = (struct holder){
                .pid = scan->pid, .node = node->name, .device = node->device, .mapped = mapped
        };
        return 1;
}

/* The kernel's own attributes do: a server on the network that does not answer must not be waited for. */
int scan_file(struct scan *scan, int directory, const char *path, bool mapped) {
        struct statx file;
        dev_t number;

        if (statx(directory, path, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE, &file) < 0)
                return -errno;
        if (!S_ISCHR(file.stx_mode) && !S_ISBLK(file.stx_mode))
                return 0;
        number = makedev(file.stx_rdev_major, file.stx_rdev_minor);
        for (size_t i = 0; i < scan->n; i++)
                if (scan->nodes[i].number == number && scan->nodes[i].block == S_ISBLK(file.stx_mode))
                        return add_holder(scan, &scan->nodes[i], mapped);
        return 0;
}

/* Calls EACH for every entry that is not hidden; its first error, or that of reading, ends it. */
static int each_entry(struct scan *scan, int folder,
                      int (*each)(struct scan *scan, int folder, const char *name)) {
        _Alignas(struct dirent64) char buffer[32768];
        ssize_t n;

        while ((n = getdents64(folder, buffer, sizeof(buffer))) > 0)
                for (ssize_t at = 0; at < n;) {
                        const struct dirent64 *entry = (const struct dirent64 *)(buffer + at);
                        int r = entry->d_name[0] == '.' ? 0 : each(scan, folder, entry->d_name);

                        if (r < 0)
                                return r;
                        at += entry->d_reclen;
                }
        return n < 0 ? -errno : 0;
}

static int scan_descriptor(struct scan *scan, int folder, const char *name) {
        return scan_file(scan, folder, name, false) == -ENOMEM ? -ENOMEM : 0;
}

/* A thread of the kernel has no command line, and nothing open. */
static bool is_of_kernel(int directory) {
        char text[2];

        return kernel_text(directory, "cmdline", text, sizeof(text)) == 0;
}

static int scan_descriptors(struct scan *scan, int directory) {
        _cleanup_close_ int folder = openat(directory, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int r = folder < 0 ? -errno : each_entry(scan, folder, scan_descriptor);

        if (r >= 0 || r == -ENOMEM)
                return r;
        return r == -ENOENT || r == -ESRCH || is_of_kernel(directory) ? 0 : -EACCES;
}

/* Those of the process that were found; it may have gone since. */
static int identify(struct scan *scan, int directory) {
        struct holders *holders = scan->holders;

        for (size_t i = scan->first; i < holders->n; i++) {
                int r = holder_identify(&holders->items[i], directory);

                if (r == -ENOMEM)
                        return r;
                if (r < 0) {
                        while (holders->n > scan->first)
                                holder_done(&holders->items[--holders->n]);
                        return 0;
                }
        }
        return 0;
}

static int scan_both(struct scan *scan, int directory) {
        int r = scan_descriptors(scan, directory);

        return r < 0 ? r : scan_mappings(scan, directory);
}

/*
 * A thread may have descriptors of its own. And of a process whose first thread has ended, nothing is to be
 * seen but through another. /proc does not list threads, but has them.
 */
static int scan_thread(struct scan *scan, int folder, const char *name) {
        _cleanup_close_ int directory = -1;
        pid_t thread = (pid_t)strtol(name, NULL, 10);

        if (thread == scan->pid || syscall(SYS_kcmp, scan->pid, thread, KCMP_FILES, 0, 0) == 0)
                return 0;
        directory = kernel_open(scan->proc, name);
        return directory < 0 ? 0 : scan_both(scan, directory);
}

static int scan_threads(struct scan *scan, int directory) {
        _cleanup_close_ int folder = openat(directory, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int r = folder < 0 ? 0 : each_entry(scan, folder, scan_thread);

        return r == -ENOMEM || r == -EACCES ? r : 0;
}

static int scan_process(struct scan *scan, int proc, const char *name) {
        _cleanup_close_ int directory = -1;
        int r;

        scan->pid = (pid_t)strtol(name, NULL, 10);
        if (scan->pid <= 0 || scan->pid == getpid())
                return 0;
        directory = kernel_open(proc, name);
        if (directory < 0)
                return 0;
        scan->first = scan->holders->n;
        r = scan_both(scan, directory);
        if (r >= 0)
                r = scan_threads(scan, directory);
        if (r == -EACCES)
                scan->holders->unseen++;
        return r == -ENOMEM ? r : identify(scan, directory);
}

static int by_pid(const void *a, const void *b) {
        const struct holder *left = a, *right = b;

        if (left->pid != right->pid)
                return left->pid < right->pid ? -1 : 1;
        return strcmp(left->node, right->node);
}

int holders_look(struct holders **ret, const char *proc, const struct holders_node *nodes, size_t n) {
        _cleanup_(holders_freep) struct holders *holders = calloc(1, sizeof(*holders));
        _cleanup_close_ int folder = open(proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct scan scan = { .proc = folder, .nodes = nodes, .n = n, .holders = holders };
        int r;

        if (!holders)
                return -ENOMEM;
        if (folder < 0)
                return -errno;
        r = n > 0 ? each_entry(&scan, folder, scan_process) : 0;
        strangers_done(&scan.strangers);
        if (r < 0)
                return r;
        if (holders->n > 0)
                qsort(holders->items, holders->n, sizeof(*holders->items), by_pid);
        *ret = steal_ptr(holders);
        return 0;
}

struct holders *holders_free(struct holders *holders) {
        if (!holders)
                return NULL;
        for (size_t i = 0; i < holders->n; i++)
                holder_done(&holders->items[i]);
        free(holders->items);
        free(holders);
        return NULL;
}
