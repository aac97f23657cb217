/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/sysfs-pci: PCI functions with drivers, groups and nodes, in a machine of files. Each call says one
 * thing; what was said before is replaced.
 */
#include "tests/sysfs.h"

/* Where the function is, below the root: "sys/devices/pci0000:00/0000:00:02.0/" and NAME. */
static inline const char *sysfs_of(const struct sysfs *sysfs, const char *address, const char *name) {
        static char buffers[4][400];
        static int turn;
        char path[64], target[300], *whole = buffers[turn++ % 4];
        ssize_t n;

        snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", address);
        n = readlink(sysfs_path(sysfs, path), target, sizeof(target) - 1);
        CHECK(n > 0);
        target[n] = '\0';
        snprintf(whole, sizeof(buffers[0]), "%s/%s", strstr(target, "sys/devices"), name);
        return whole;
}

/* PARENT: the address of the bridge it is behind; NULL: none. VENDOR and CLASS as in sysfs: "0x10de". */
static inline void sysfs_function(const struct sysfs *sysfs, const char *address, const char *parent,
                                  const char *vendor, const char *device, const char *class) {
        char path[64], folder[400];

        if (parent)
                snprintf(folder, sizeof(folder), "%s", sysfs_of(sysfs, parent, address));
        else
                snprintf(folder, sizeof(folder), "sys/devices/pci0000:00/%s", address);
        sysfs_folder(sysfs, folder);
        snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", address);
        sysfs_link(sysfs, path, folder);
        sysfs_file(sysfs, sysfs_of(sysfs, address, "vendor"), vendor);
        sysfs_file(sysfs, sysfs_of(sysfs, address, "device"), device);
        sysfs_file(sysfs, sysfs_of(sysfs, address, "class"), class);
        sysfs_file(sysfs, sysfs_of(sysfs, address, "power_state"), "D0\n");
}

static inline void sysfs_attribute(const struct sysfs *sysfs, const char *address, const char *name,
                                   const char *text) {
        sysfs_file(sysfs, sysfs_of(sysfs, address, name), text);
}

/* MODULE: NULL: the driver is built in. */
static inline void sysfs_driver(const struct sysfs *sysfs, const char *address, const char *driver,
                                const char *module) {
        char path[128], target[128];

        snprintf(path, sizeof(path), "sys/bus/pci/drivers/%s", driver);
        sysfs_folder(sysfs, path);
        sysfs_link(sysfs, sysfs_of(sysfs, address, "driver"), path);
        if (!module)
                return;
        snprintf(target, sizeof(target), "sys/module/%s", module);
        sysfs_folder(sysfs, target);
        strcat(path, "/module");
        sysfs_link(sysfs, path, target);
}

static inline void sysfs_group(const struct sysfs *sysfs, const char *address, int group) {
        char path[128];

        snprintf(path, sizeof(path), "sys/kernel/iommu_groups/%d/devices/%s", group, address);
        sysfs_link(sysfs, path, sysfs_of(sysfs, address, ""));
        snprintf(path, sizeof(path), "sys/kernel/iommu_groups/%d", group);
        sysfs_link(sysfs, sysfs_of(sysfs, address, "iommu_group"), path);
}

struct sysfs_node {
        const char *at;     /* below the function: "drm/card1" */
        const char *number; /* "226:1" */
        const char *name;   /* as in /dev: "dri/card1" */
        const char *subsystem;
        bool block;
};

static inline void sysfs_node(const struct sysfs *sysfs, const char *address, const struct sysfs_node *node) {
        char folder[400], path[480], text[200];

        snprintf(folder, sizeof(folder), "%s", sysfs_of(sysfs, address, node->at));
        snprintf(path, sizeof(path), "%s/uevent", folder);
        snprintf(text, sizeof(text), "MAJOR=%d\nDEVNAME=%s\n", atoi(node->number), node->name);
        sysfs_file(sysfs, path, text);
        snprintf(path, sizeof(path), "%s/dev", folder);
        sysfs_file(sysfs, path, node->number);
        snprintf(path, sizeof(path), "%s/subsystem", folder);
        snprintf(text, sizeof(text), "sys/class/%s", node->subsystem);
        sysfs_folder(sysfs, text);
        sysfs_link(sysfs, path, text);
        snprintf(path, sizeof(path), "sys/dev/%s/%s", node->block ? "block" : "char", node->number);
        sysfs_link(sysfs, path, folder);
}
