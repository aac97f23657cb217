/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI functions as sysfs has them, named by libpci from its database. libpci does not scan: where a function
 * goes away meanwhile, its way to say so is to end the program. Nor does it ask a network for names.
 *
 * Nothing is read that waits for a device: not driver_override, whose lock an unbind that hangs holds, and
 * the configuration space only of those that are awake, because reading it would wake them, and not of
 * those on vfio-pci, because it waits while one is reset.
 */
#include <fcntl.h>
#include <pci/pci.h>

#include "switcher/inventory-internal.h"
#include "switcher/kernel-text.h"

static inline struct pci_access *names_free(struct pci_access *names) {
        if (names)
                pci_cleanup(names);
        return NULL;
}
DEFINE_CLEANUP(struct pci_access, names_free);

static void be_silent(char *message, ...) {
}

/* LIST: NULL: libpci's own. */
static struct pci_access *names_from(char *list) {
        struct pci_access *names = pci_alloc();

        names->method = PCI_ACCESS_SYS_BUS_PCI;
        names->id_lookup_mode = 0; /* no cache of what the network said, which is a file of the user's */
        names->warning = be_silent;
        if (list)
                pci_set_name_list_path(names, list, 0);
        pci_init(names);
        return names;
}

/*
 * To read libpci's list takes longer than all the rest here. udev has the same names in a file that is only
 * searched, which libpci does after its list; so it gets an empty one where there is udev.
 */
static struct pci_access *names_new(void) {
        struct pci_access *names = names_from("/dev/null");
        char name[64];

        if (pci_lookup_name(names, name, sizeof(name), PCI_LOOKUP_VENDOR | PCI_LOOKUP_NO_NUMBERS, 0x8086))
                return names;
        pci_cleanup(names);
        return names_from(NULL);
}

/* What the device itself says, or 0xffff, which is what the bus says when nobody answers. */
static uint16_t vendor_of(int directory) {
        _cleanup_close_ int fd = openat(directory, "config", O_RDONLY | O_CLOEXEC);
        uint8_t bytes[2];

        if (fd < 0 || pread(fd, bytes, sizeof(bytes), 0) != sizeof(bytes))
                return 0;
        return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static bool is_dead(const struct inventory_function *function, int directory) {
        if (function->vendor == 0xffff)
                return true;
        return strcmp(function->power, "D0") == 0 && strcmp(function->driver, "vfio-pci") != 0 &&
               vendor_of(directory) == 0xffff;
}

static uint64_t number_of(int directory, const char *name, uint64_t otherwise) {
        uint64_t value = otherwise;

        (void)kernel_number(directory, name, &value);
        return value;
}

static int group_of(int directory) {
        char text[16], *end;
        long group;

        if (kernel_link(directory, "iommu_group", text, sizeof(text)) < 0)
                return -1;
        group = strtol(text, &end, 10);
        return end == text || *end ? -1 : (int)group;
}

static int look_at_texts(struct inventory_function *function, int directory) {
        char text[256];

        (void)kernel_link(directory, "driver", text, sizeof(text));
        function->driver = strdup(text);
        (void)kernel_link(directory, "driver/module", text, sizeof(text));
        function->module = strdup(text);
        (void)kernel_text(directory, "reset_method", text, sizeof(text));
        function->resets = strdup(text);
        (void)kernel_text(directory, "power_state", text, sizeof(text));
        function->power = strdup(text);
        return function->driver && function->module && function->resets && function->power ? 0 : -ENOMEM;
}

static int look_at_function(struct inventory_function *function, int directory, struct pci_access *names) {
        char name[256];
        int r;

        function->vendor = (uint16_t)number_of(directory, "vendor", 0xffff);
        function->device = (uint16_t)number_of(directory, "device", 0xffff);
        function->class = (uint32_t)number_of(directory, "class", 0);
        function->boot_vga = number_of(directory, "boot_vga", 0) == 1;
        function->group = group_of(directory);
        function->bridge = function->class >> 16 == 0x06;
        r = look_at_texts(function, directory);
        if (r < 0)
                return r;
        function->dead = is_dead(function, directory);
        function->name =
                strdup(pci_lookup_name(names, name, sizeof(name), PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
                                       function->vendor, function->device));
        return function->name ? 0 : -ENOMEM;
}

static int by_address(const void *a, const void *b) {
        return strcmp(((const struct inventory_function *)a)->address,
                      ((const struct inventory_function *)b)->address);
}

/* Nothing if it has gone since it was listed. */
static int add_function(struct inventory *inventory, int devices, const char *address,
                        struct pci_access *names) {
        _cleanup_close_ int directory = kernel_open(devices, address);
        struct inventory_function *grown;

        if (directory < 0)
                return 0;
        grown = reallocarray(inventory->functions, inventory->n_functions + 1, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        inventory->functions = grown;
        grown += inventory->n_functions++;
        *grown = (struct inventory_function){ 0 };
        snprintf(grown->address, sizeof(grown->address), "%s", address);
        return look_at_function(grown, directory, names);
}

int inventory_look_at_functions(struct inventory *inventory, int root) {
        _cleanup_(names_freep) struct pci_access *names = names_new();
        _cleanup_(closedirp) DIR *devices = kernel_folder(root, "sys/bus/pci/devices");
        const char *address;
        int r = 0;

        if (!devices)
                return -EIO;
        while (r >= 0 && (address = kernel_next(devices)))
                if (pci_address_is_valid(address))
                        r = add_function(inventory, dirfd(devices), address, names);
        if (r >= 0 && inventory->n_functions == 0)
                return -EIO;
        if (r >= 0)
                qsort(inventory->functions, inventory->n_functions, sizeof(*inventory->functions),
                      by_address);
        return r;
}
