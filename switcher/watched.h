/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/watched: all device nodes by which functions are kept busy, for holders_look(): those that the
 * kernel has below them, their VFIO group's, and those that NVIDIA's and AMD's drivers have beside sysfs.
 *
 * Some belong to a driver as a whole: nvidiactl, nvidia-modeset, nvidia-uvm, kfd. They count only if all
 * functions of that driver are lent, because only then its module is to go; the first of these functions is
 * said to be the device.
 *
 * Source: Linux's Documentation/admin-guide/devices.txt (195); NVIDIA's README, chapter on
 * /proc/driver/nvidia.
 */
#include "core/cleanup.h"
#include "switcher/holders.h"
#include "switcher/inventory.h"

struct watched {
        struct holders_node *nodes; /* devices are borrowed from the inventory, names are not */
        size_t n;
};

/* FUNCTIONS: addresses, NULL-terminated; those that the inventory does not have are left out. ROOT is that of
 * the inventory. -ENOMEM. */
int watched_new(struct watched **ret, const struct inventory *inventory, const char *root,
                char *const *functions);
/*
 * Adds what is hidden of ADDRESS, which is borrowed, and has lost its device: a driver that waits for the
 * last one to close a node has taken the device out of sysfs before, and the node we hid is all that still
 * tells its number. Nothing that has become another device's. -ENOMEM.
 */
int watched_add_stale(struct watched *watched, const char *root, const char *address);
struct watched *watched_free(struct watched *watched);
DEFINE_CLEANUP(struct watched, watched_free);
