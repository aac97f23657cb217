/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/inventory.h"

#include "switcher/inventory-internal.h"
#include "switcher/kernel-text.h"

int inventory_look(struct inventory **ret, const char *root) {
        _cleanup_(inventory_freep) struct inventory *inventory = calloc(1, sizeof(*inventory));
        _cleanup_close_ int fd = kernel_open_root(root);
        int r;

        if (!inventory)
                return -ENOMEM;
        if (fd < 0)
                return -EIO;
        r = inventory_look_at_functions(inventory, fd);
        if (r >= 0)
                r = inventory_look_at_nodes(inventory, fd);
        if (r >= 0)
                r = inventory_look_at_mounts(inventory, fd, root);
        if (r >= 0)
                r = inventory_look_at_framebuffers(inventory, fd);
        if (r >= 0)
                r = inventory_look_at_modules(inventory, fd);
        if (r >= 0)
                r = inventory_look_at_memory(inventory, fd);
        if (r < 0)
                return r;
        inventory_look_at_firmware(inventory, fd);
        *ret = steal_ptr(inventory);
        return 0;
}

static void function_done(struct inventory_function *function) {
        for (size_t i = 0; i < function->n_nodes; i++) {
                free(function->nodes[i].name);
                free(function->nodes[i].subsystem);
                free(function->nodes[i].mounted);
        }
        free(function->nodes);
        free(function->name);
        free(function->driver);
        free(function->module);
        free(function->resets);
        free(function->power);
}

static void module_done(struct inventory_module *module) {
        for (size_t i = 0; module->users && module->users[i]; i++)
                free(module->users[i]);
        free(module->users);
        free(module->name);
}

struct inventory *inventory_free(struct inventory *inventory) {
        if (!inventory)
                return NULL;
        for (size_t i = 0; i < inventory->n_functions; i++)
                function_done(&inventory->functions[i]);
        for (size_t i = 0; i < inventory->n_modules; i++)
                module_done(&inventory->modules[i]);
        for (size_t i = 0; i < inventory->n_framebuffers; i++)
                free(inventory->framebuffers[i].name);
        free(inventory->functions);
        free(inventory->modules);
        free(inventory->framebuffers);
        free(inventory->pools);
        free(inventory->cpus);
        free(inventory);
        return NULL;
}

const struct inventory_function *inventory_find(const struct inventory *inventory, const char *address) {
        for (size_t i = 0; i < inventory->n_functions; i++)
                if (strcmp(inventory->functions[i].address, address) == 0)
                        return &inventory->functions[i];
        return NULL;
}

const struct inventory_module *inventory_find_module(const struct inventory *inventory, const char *name) {
        for (size_t i = 0; i < inventory->n_modules; i++)
                if (strcmp(inventory->modules[i].name, name) == 0)
                        return &inventory->modules[i];
        return NULL;
}

struct inventory_function *inventory_on_path(const struct inventory *inventory, const char *path) {
        const struct inventory_function *found = NULL;

        for (const char *part = path; part; part = strchr(part, '/')) {
                char address[PCI_ADDRESS_SIZE];

                part += *part == '/';
                if (strcspn(part, "/") != sizeof(address) - 1)
                        continue;
                snprintf(address, sizeof(address), "%s", part);
                found = inventory_find(inventory, address) ?: found;
        }
        return (struct inventory_function *)found;
}

/* Each x is a hexadecimal digit, each 7 an octal one: a slot has eight functions. */
bool pci_address_is_valid(const char *text) {
        static const char form[] = "xxxx:xx:xx.7";
        static const char digits[] = "0123456789abcdef";

        for (size_t i = 0; i < sizeof(form) - 1; i++) {
                const char *digit = text[i] ? strchr(digits, text[i]) : NULL;

                if (form[i] == 'x'   ? !digit
                    : form[i] == '7' ? !digit || digit - digits > 7
                                     : text[i] != form[i])
                        return false;
        }
        return text[sizeof(form) - 1] == '\0';
}

bool function_is_display(const struct inventory_function *function) {
        return function->class >> 16 == 0x03;
}

bool function_is_sound(const struct inventory_function *function) {
        return function->class >> 8 == 0x0403 || function->class >> 8 == 0x0401;
}
