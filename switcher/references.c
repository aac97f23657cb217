/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/references.h"

#include <limits.h>

#include "switcher/inventory.h"
#include "switcher/kernel-text.h"
#include "switcher/pci-driver.h"

static bool is_sound(int device) {
        struct inventory_function function = { 0 };
        uint64_t class;

        if (kernel_number(device, "class", &class) < 0)
                return false;
        function.class = (uint32_t) class;
        return function_is_sound(&function);
}

static unsigned references_of(char **ret_module, const char *root, const char *address,
                              char *const *functions) {
        char path[PATH_MAX], driver[64], module[64];
        _cleanup_close_ int top = kernel_open_root(root), device = -1;
        uint64_t references;

        snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", address);
        device = top < 0 ? -1 : kernel_open(top, path);
        if (device < 0 || !is_sound(device) || kernel_link(device, "driver", driver, sizeof(driver)) < 0 ||
            strcmp(driver, VFIO_DRIVER) == 0 || pci_driver_has_others(root, driver, functions) ||
            kernel_link(device, "driver/module", module, sizeof(module)) < 0 ||
            kernel_number(device, "driver/module/refcnt", &references) < 0 || references == 0)
                return 0;
        *ret_module = strdup(module);
        return (unsigned)references;
}

unsigned sound_references(char **ret_module, const char *root, char *const *functions) {
        unsigned references = 0;

        for (char *const *function = functions; references == 0 && *function; function++)
                references = references_of(ret_module, root, *function, functions);
        return references;
}
