/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/pci-driver: which driver a PCI function has, and changing it, through sysfs below ROOT ("" but in
 * tests). Each returns -errno as the kernel has it; -ENODEV: there is no such function.
 *
 * Changing, and reading the override, takes the device's lock in the kernel: that blocks, and cannot be
 * interrupted, as long as somebody else's change hangs. Unbinding a function that is in use is such a change.
 * So this is for steps, whose process can be given up; and only for what has been proved idle.
 * Source: Linux's Documentation/ABI/testing/sysfs-bus-pci.
 */
#include <stdbool.h>
#include <stdint.h>

#include "switcher/step.h"

#define VFIO_DRIVER "vfio-pci"

/* Its driver; "" if it has none, which may also mean that it is just losing it. The caller's. */
int pci_driver(char **ret, const char *root, const char *address);
bool pci_driver_is(const char *root, const char *address, const char *driver); /* "": none */
/* Whether DRIVER has another function than these, NULL-terminated. */
bool pci_driver_has_others(const char *root, const char *driver, char *const *functions);
/* What it is reserved for; "" if for nothing. The caller's. */
int pci_override(char **ret, const char *root, const char *address);
int pci_set_override(const char *root, const char *address, const char *driver); /* "": for nothing */

/* Unbinds it from DRIVER. -EBUSY: another one has it. */
int pci_unbind(const char *root, const char *address, const char *driver);
/*
 * Has it taken by DRIVER, which must be loaded, and waits for that: -ETIMEDOUT. Does nothing if that has it;
 * -EBUSY: another one has. -ENXIO: the function does not answer, as after a failed reset; no driver must be
 * let near it; -ENOENT: DRIVER is not loaded.
 */
int pci_bind(const char *root, const char *address, const char *driver, uint64_t deadline);
/*
 * The same for one that may still be reserved for vfio-pci: puts OVERRIDE in place of that first. Any other
 * reservation is somebody else's.
 */
int pci_give_back(const char *root, const char *address, const char *driver, const char *override,
                  uint64_t deadline);
/* Puts OVERRIDE in place of vfio-pci, if it is reserved for that. */
int pci_restore_override(const char *root, const char *address, const char *override);

/* Whether it does not answer: its vendor reads as ffff from its configuration space. */
bool pci_is_dead(const char *root, const char *address);

/* What to say of a function that could not be given back to DRIVER, for R; returns R. */
int pci_fail_to_bind(struct step_call *call, int r, const char *address, const char *driver);
