/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/inventory: the hardware as the kernel has it: PCI functions with their drivers, IOMMU groups,
 * resets and device nodes; modules; framebuffers and consoles; memory and processors. Reads libpci's
 * database, sysfs and procfs below a root; changes nothing, opens no device, never blocks on one that hangs
 * (so it does not read driver_override), and needs no privilege. What cannot be read is as if absent.
 *
 * Ownership: all strings are the inventory's; "" where there is none.
 * Source: Linux's Documentation/ABI/testing/sysfs-bus-pci, sysfs-kernel-iommu_groups, and vfio.rst.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/cleanup.h"

#define PCI_ADDRESS_SIZE sizeof("0000:00:00.0")

/* A device node that the kernel has below a function: what keeps it busy while somebody has it open. */
struct inventory_node {
        dev_t number;
        bool block;
        char *name;      /* as in /dev: "dri/card1", "snd/controlC0", "i2c-3" */
        char *subsystem; /* "drm", "sound", "i2c-dev", "graphics", "input", "hidraw", "block" */
        char *mounted;   /* what a block device is used for: a mount point, "swap", "btrfs", or a block device
                            made of it: "dm-0"; "" if not in use */
};

struct inventory_function {
        char address[PCI_ADDRESS_SIZE];
        uint16_t vendor, device;
        uint32_t class;   /* 0x030000: VGA; 0x040300: HDA */
        char *name;       /* "NVIDIA Corporation GA102 [GeForce RTX 3080]" */
        char *driver;     /* "" if bound to none */
        char *module;     /* that driver's, with underscores; "" if built in */
        int group;        /* IOMMU group; -1: none */
        bool boot_vga;    /* the firmware's screen */
        bool bridge;      /* class 0x06: need not be lent */
        bool dead;        /* awake, not on vfio-pci, and does not answer: its vendor reads as ffff */
        char *resets;     /* the kernel's reset_method: "flr bus"; "" if it has none */
        char *power;      /* "D0", "D3cold"; "" unknown */
        bool framebuffer; /* a firmware framebuffer (efifb, simpledrm) still lies in its memory */
        struct inventory_node *nodes;
        size_t n_nodes;
};

struct inventory_module {
        char *name;
        unsigned references; /* of the kernel's count; those of other modules are in it */
        char **users;        /* other modules, NULL-terminated */
};

struct inventory_framebuffer {
        unsigned number;                /* /dev/fbN */
        char *name;                     /* "bochs-drmdrmfb" */
        char address[PCI_ADDRESS_SIZE]; /* of the function it belongs to; "" if none */
};

struct inventory_pool {
        uint64_t size;                  /* of a page, bytes */
        uint64_t total, free, reserved; /* pages */
};

struct inventory {
        struct inventory_function *functions; /* sorted by address */
        size_t n_functions;
        struct inventory_module *modules;
        size_t n_modules;
        struct inventory_framebuffer *framebuffers;
        size_t n_framebuffers;
        struct inventory_pool *pools; /* of huge pages */
        size_t n_pools;
        uint64_t memory_available; /* bytes, /proc/meminfo's MemAvailable */
        char *cpus;                /* online: "0-7" */
        bool iommu;                /* there are groups */
        bool vfio;                 /* vfio-pci is loaded, built in or can be loaded */
};

/* ROOT is "" or a folder for tests. -ENOMEM; -EIO: there is no PCI at all. */
int inventory_look(struct inventory **ret, const char *root);
struct inventory *inventory_free(struct inventory *inventory);
DEFINE_CLEANUP(struct inventory, inventory_free);

/* NULL: there is none. Borrowed. */
const struct inventory_function *inventory_find(const struct inventory *inventory, const char *address);
const struct inventory_module *inventory_find_module(const struct inventory *inventory, const char *name);

/* Whether it is an address as sysfs has it: DDDD:BB:DD.F, lower-case. */
bool pci_address_is_valid(const char *text);
bool function_is_display(const struct inventory_function *function); /* class 0x03 */
bool function_is_sound(const struct inventory_function *function);   /* class 0x0403, 0x0401 */
