/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which block devices are in use, by whatever is made of them: a file system, swap, or another block device
 * (device-mapper, md) that in turn is. Mounts that other namespaces keep to themselves are not seen.
 */
#include <sys/sysmacros.h>

#include "switcher/inventory-internal.h"
#include "switcher/kernel-text.h"

/* How far one block device may stand upon another. */
#define DEPTH 8

struct use {
        dev_t number; /* 0: known by name only */
        char *name;   /* below /dev; "" */
        char *where;
};

struct uses {
        struct use *items;
        size_t n;
};

static void uses_done(struct uses *uses) {
        for (size_t i = 0; i < uses->n; i++) {
                free(uses->items[i].name);
                free(uses->items[i].where);
        }
        free(uses->items);
}

static int add_use(struct uses *uses, dev_t number, const char *name, const char *where) {
        struct use *grown = reallocarray(uses->items, uses->n + 1, sizeof(*grown));

        if (!grown)
                return -ENOMEM;
        uses->items = grown;
        grown += uses->n++;
        *grown = (struct use){ number, strdup(name), strdup(where) };
        return grown->name && grown->where ? 0 : -ENOMEM;
}

/* "\040" is how the kernel writes a blank in a path. Of a path that was cut, the last may be but a part. */
static void unescape(char *text) {
        char *to = text;

        for (const char *from = text; *from; to++) {
                unsigned code;
                int n = 0;

                if (sscanf(from, "\\%3o%n", &code, &n) == 1 && n == (int)strlen("\\040")) {
                        *to = (char)code;
                        from += n;
                } else {
                        *to = *from++;
                }
        }
        *to = '\0';
}

/* "sda2", or "dm-1" of "/dev/mapper/home". The caller's; "" if PATH is none of ours. */
static char *name_of(const char *folder, const char *path) {
        _cleanup_free_ char *below = NULL, *real = NULL;
        size_t skip = strlen(folder) + strlen("/dev/");

        if (strncmp(path, "/dev/", strlen("/dev/")) != 0)
                return strdup("");
        if (asprintf(&below, "%s%s", folder, path) < 0) {
                below = NULL; /* asprintf leaves it undefined */
                return NULL;
        }
        real = realpath(below, NULL);
        return strdup(real && strlen(real) > skip ? real + skip : path + strlen("/dev/"));
}

/* "36 35 8:2 / /home rw,noatime shared:1 - ext4 /dev/sda2 rw"; a btrfs has no number but a name. */
static int add_mount(struct uses *uses, const char *folder, const char *line) {
        _cleanup_free_ char *name = NULL;
        char where[512], source[512] = "";
        unsigned major, minor;
        const char *rest;

        if (sscanf(line, "%*s %*s %u:%u %*s %511s", &major, &minor, where) != 3)
                return 0;
        rest = strstr(line, " - ");
        if (rest)
                (void)sscanf(rest, " - %*s %511s", source);
        unescape(where);
        unescape(source);
        name = name_of(folder, major == 0 ? source : "");
        if (!name)
                return -ENOMEM;
        return major == 0 && !*name ? 0 : add_use(uses, makedev(major, minor), name, where);
}

/* "/dev/sda2 partition 975868 0 -2" */
static int add_swap(struct uses *uses, const char *folder, const char *line) {
        _cleanup_free_ char *name = NULL;
        char path[512];

        if (sscanf(line, "%511s", path) != 1)
                return 0;
        unescape(path);
        name = name_of(folder, path);
        if (!name)
                return -ENOMEM;
        return *name ? add_use(uses, 0, name, "swap") : 0;
}

static int add_lines(struct uses *uses, int root, const char *path, const char *folder,
                     int (*add)(struct uses *uses, const char *folder, const char *line)) {
        _cleanup_fclose_ FILE *lines = kernel_lines(root, path);
        _cleanup_free_ char *line = NULL;
        size_t size = 0;
        int r = 0;

        while (r >= 0 && lines && getline(&line, &size, lines) >= 0)
                r = add(uses, folder, line);
        return r;
}

/* Of several devices of one btrfs, a mount tells the first only. */
static int add_btrfs(struct uses *uses, int root) {
        _cleanup_(closedirp) DIR *systems = kernel_folder(root, "sys/fs/btrfs");
        const char *system, *device;
        int r = 0;

        while (r >= 0 && systems && (system = kernel_next(systems))) {
                _cleanup_(closedirp) DIR *devices = NULL;
                char path[300];

                snprintf(path, sizeof(path), "%s/devices", system);
                devices = kernel_folder(dirfd(systems), path);
                while (r >= 0 && devices && (device = kernel_next(devices)))
                        r = add_use(uses, 0, device, "btrfs");
        }
        return r;
}

static const char *use_of(const struct uses *uses, dev_t number, const char *name) {
        for (size_t i = 0; i < uses->n; i++) {
                const struct use *use = &uses->items[i];

                if (*use->name ? strcmp(use->name, name) == 0 : use->number == number)
                        return use->where;
        }
        return NULL;
}

/* By itself, by what is made of it, or just by that. WHERE stays "" if it is not. */
static void find_use(const struct uses *uses, int blocks, dev_t number, const char *name, int depth,
                     char *where, size_t size) {
        _cleanup_(closedirp) DIR *holders = NULL;
        const char *direct = use_of(uses, number, name), *holder;
        char path[300], text[32];
        unsigned major, minor;

        if (direct)
                snprintf(where, size, "%s", direct);
        if (direct || depth == 0)
                return;
        snprintf(path, sizeof(path), "%u:%u/holders", major(number), minor(number));
        holders = kernel_folder(blocks, path);
        while (!*where && holders && (holder = kernel_next(holders))) {
                snprintf(path, sizeof(path), "%s/dev", holder);
                if (kernel_text(dirfd(holders), path, text, sizeof(text)) > 0 &&
                    sscanf(text, "%u:%u", &major, &minor) == 2)
                        find_use(uses, blocks, makedev(major, minor), holder, depth - 1, where, size);
                if (!*where)
                        snprintf(where, size, "%s", holder);
        }
}

static int set_uses(struct inventory *inventory, int root, const struct uses *uses) {
        _cleanup_close_ int blocks = kernel_open(root, "sys/dev/block");
        int r = 0;

        for (size_t i = 0; i < inventory->n_functions; i++) {
                struct inventory_function *function = &inventory->functions[i];

                for (size_t k = 0; r >= 0 && k < function->n_nodes; k++) {
                        struct inventory_node *node = &function->nodes[k];
                        char where[512] = "";

                        if (!node->block)
                                continue;
                        find_use(uses, blocks, node->number, node->name, DEPTH, where, sizeof(where));
                        r = replace_string(&node->mounted, where);
                }
        }
        return r;
}

int inventory_look_at_mounts(struct inventory *inventory, int root, const char *folder) {
        _cleanup_(uses_done) struct uses uses = { 0 };
        int r = add_lines(&uses, root, "proc/self/mountinfo", folder, add_mount);

        if (r >= 0)
                r = add_lines(&uses, root, "proc/swaps", folder, add_swap);
        if (r >= 0)
                r = add_btrfs(&uses, root);
        return r < 0 ? r : set_uses(inventory, root, &uses);
}
