/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/nodes.h"

#include "switcher/inventory-internal.h"
#include "switcher/kernel-text.h"

static int add_function(struct inventory *inventory, int devices, const char *address) {
        struct inventory_function *function;
        char path[64], text[256];

        function = reallocarray(inventory->functions, inventory->n_functions + 1, sizeof(*function));
        if (!function)
                return -ENOMEM;
        inventory->functions = function;
        function += inventory->n_functions++;
        *function = (struct inventory_function){ .group = -1 };
        snprintf(function->address, sizeof(function->address), "%s", address);
        snprintf(path, sizeof(path), "%s/iommu_group", address);
        if (kernel_link(devices, path, text, sizeof(text)) >= 0)
                sscanf(text, "%d", &function->group);
        snprintf(path, sizeof(path), "%s/driver", address);
        (void)kernel_link(devices, path, text, sizeof(text));
        function->driver = strdup(text);
        return function->driver ? 0 : -ENOMEM;
}

static int look_at_functions(struct inventory *inventory, int root) {
        _cleanup_(closedirp) DIR *devices = kernel_folder(root, "sys/bus/pci/devices");
        const char *entry;
        int r = 0;

        while (r >= 0 && devices && (entry = kernel_next(devices)))
                if (pci_address_is_valid(entry))
                        r = add_function(inventory, dirfd(devices), entry);
        return r;
}

int nodes_look(struct inventory **ret, const char *root) {
        _cleanup_(inventory_freep) struct inventory *inventory = calloc(1, sizeof(*inventory));
        _cleanup_close_ int fd = kernel_open_root(root);
        int r;

        if (!inventory || fd < 0)
                return inventory ? fd : -ENOMEM;
        r = look_at_functions(inventory, fd);
        if (r >= 0)
                r = inventory_look_at_nodes(inventory, fd);
        if (r >= 0)
                r = inventory_look_at_framebuffers(inventory, fd);
        if (r >= 0)
                *ret = steal_ptr(inventory);
        return r;
}

int nodes_find(struct nodes *ret, const char *root, const char *address) {
        int r;

        *ret = (struct nodes){ .none.group = -1 };
        r = nodes_look(&ret->inventory, root);
        if (r < 0)
                return r;
        snprintf(ret->none.address, sizeof(ret->none.address), "%s", address);
        ret->function = inventory_find(ret->inventory, address) ?: &ret->none;
        return 0;
}

void nodes_done(struct nodes *nodes) {
        inventory_free(nodes->inventory);
}
