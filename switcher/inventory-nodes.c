/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which device nodes lie below which function: /sys/dev has a link for every device number, and where it
 * points says the rest. A node belongs to the nearest function above it, never to a bridge on the way.
 */
#include <ctype.h>
#include <sys/sysmacros.h>

#include "switcher/inventory-internal.h"
#include "switcher/kernel-text.h"

/* As in /dev. The kernel says it among the variables of an event; where it does not, its own name is it. */
static char *name_of(int directory, const char *target) {
        char text[1024];
        const char *name;

        (void)kernel_text(directory, "uevent", text, sizeof(text));
        name = strstr(text, "DEVNAME=");
        if (!name || (name != text && name[-1] != '\n'))
                return strdup(basename(target));
        name += strlen("DEVNAME=");
        return strndup(name, strcspn(name, "\n"));
}

static int add_node(struct inventory_function *function, dev_t number, bool block, int directory,
                    const char *target) {
        struct inventory_node *grown =
                reallocarray(function->nodes, function->n_nodes + 1, sizeof(*function->nodes));
        char subsystem[64];

        if (!grown)
                return -ENOMEM;
        function->nodes = grown;
        grown += function->n_nodes++;
        (void)kernel_link(directory, "subsystem", subsystem, sizeof(subsystem));
        *grown = (struct inventory_node){ .number = number,
                                          .block = block,
                                          .name = name_of(directory, target),
                                          .subsystem = strdup(subsystem),
                                          .mounted = strdup("") };
        return grown->name && grown->subsystem && grown->mounted ? 0 : -ENOMEM;
}

/* "226:1" */
static bool parse_number(const char *text, dev_t *ret) {
        unsigned major, minor;
        int end = 0;

        if (sscanf(text, "%u:%u%n", &major, &minor, &end) < 2 || text[end])
                return false;
        *ret = makedev(major, minor);
        return true;
}

/* Where the link NAME points. */
static bool read_target(int folder, const char *name, char *target, size_t size) {
        ssize_t n = readlinkat(folder, name, target, size - 1);

        if (n < 0)
                return false;
        target[n] = '\0';
        return true;
}

/*
 * A disk that could be reached by several controllers lies below none of them, but beside links to all:
 * "../../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1/nvme0n1p1".
 */
static int add_shared_disk(struct inventory *inventory, dev_t number, int directory, const char *target) {
        static const char place[] = "/nvme-subsystem/";
        const char *at = strstr(target, place), *rest = at ? strchr(at + strlen(place), '/') : NULL;
        _cleanup_(closedirp) DIR *controllers = NULL;
        const char *name;
        char path[64] = "..";
        int r = 0;

        if (!rest)
                return 0;
        for (rest = strchr(rest + 1, '/'); rest; rest = strchr(rest + 1, '/'))
                strncat(path, "/..", sizeof(path) - strlen(path) - 1);
        controllers = kernel_folder(directory, path);
        while (r >= 0 && controllers && (name = kernel_next(controllers))) {
                struct inventory_function *function;
                char controller[512];

                if (!read_target(dirfd(controllers), name, controller, sizeof(controller)))
                        continue;
                function = inventory_on_path(inventory, controller);
                if (function)
                        r = add_node(function, number, true, directory, target);
        }
        return r;
}

static int look_at_number(struct inventory *inventory, int folder, const char *text, bool block) {
        _cleanup_close_ int directory = -1;
        struct inventory_function *function;
        char target[512];
        dev_t number;

        if (!read_target(folder, text, target, sizeof(target)) || !parse_number(text, &number))
                return 0;
        function = inventory_on_path(inventory, target);
        if (!function && !block)
                return 0;
        directory = kernel_open(folder, text);
        if (directory < 0)
                return 0;
        return function ? add_node(function, number, block, directory, target)
                        : add_shared_disk(inventory, number, directory, target);
}

static int look_at_numbers(struct inventory *inventory, int root, const char *path, bool block) {
        _cleanup_(closedirp) DIR *folder = kernel_folder(root, path);
        const char *text;
        int r = 0;

        while (r >= 0 && folder && (text = kernel_next(folder)))
                r = look_at_number(inventory, dirfd(folder), text, block);
        return r;
}

static int by_name(const void *a, const void *b) {
        return strverscmp(((const struct inventory_node *)a)->name, ((const struct inventory_node *)b)->name);
}

int inventory_look_at_nodes(struct inventory *inventory, int root) {
        int r = look_at_numbers(inventory, root, "sys/dev/char", false);

        if (r >= 0)
                r = look_at_numbers(inventory, root, "sys/dev/block", true);
        for (size_t i = 0; r >= 0 && i < inventory->n_functions; i++)
                if (inventory->functions[i].n_nodes > 0)
                        qsort(inventory->functions[i].nodes, inventory->functions[i].n_nodes,
                              sizeof(struct inventory_node), by_name);
        return r;
}

static int add_framebuffer(struct inventory *inventory, int folder, const char *entry, unsigned number) {
        _cleanup_close_ int directory = kernel_open(folder, entry);
        const struct inventory_function *function;
        struct inventory_framebuffer *grown;
        char target[512], name[64];

        if (directory < 0 || !read_target(folder, entry, target, sizeof(target)))
                return 0;
        (void)kernel_text(directory, "name", name, sizeof(name));
        grown = reallocarray(inventory->framebuffers, inventory->n_framebuffers + 1, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        inventory->framebuffers = grown;
        grown += inventory->n_framebuffers++;
        *grown = (struct inventory_framebuffer){ .number = number, .name = strdup(name) };
        function = inventory_on_path(inventory, target);
        if (function)
                memcpy(grown->address, function->address, sizeof(grown->address));
        return grown->name ? 0 : -ENOMEM;
}

int inventory_look_at_framebuffers(struct inventory *inventory, int root) {
        _cleanup_(closedirp) DIR *folder = kernel_folder(root, "sys/class/graphics");
        const char *entry;
        int r = 0;

        while (r >= 0 && folder && (entry = kernel_next(folder))) {
                unsigned number;
                int end = 0;

                if (sscanf(entry, "fb%u%n", &number, &end) == 1 && !entry[end])
                        r = add_framebuffer(inventory, dirfd(folder), entry, number);
        }
        return r;
}
