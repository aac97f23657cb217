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

static int look_at_number(struct inventory *inventory, int folder, const char *text, bool block) {
        _cleanup_close_ int directory = -1;
        struct inventory_function *function;
        char target[512];
        dev_t number;
        ssize_t n = readlinkat(folder, text, target, sizeof(target) - 1);

        if (n < 0 || !parse_number(text, &number))
                return 0;
        target[n] = '\0';
        function = inventory_on_path(inventory, target);
        if (!function)
                return 0;
        directory = kernel_open(folder, text);
        return directory < 0 ? 0 : add_node(function, number, block, directory, target);
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
        ssize_t n = readlinkat(folder, entry, target, sizeof(target) - 1);

        if (directory < 0 || n < 0)
                return 0;
        target[n] = '\0';
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
