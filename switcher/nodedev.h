/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/nodedev: has libvirt take a PCI function for its guests, and give it back; it then knows of it.
 * Asked as ask.h says; a call that libvirt has begun cannot be taken back, and may come true later.
 * Source: virNodeDeviceDetachFlags(), virNodeDeviceReAttach().
 *
 * -ENOTCONN: libvirt cannot be asked, or does not know the function; -EHOSTDOWN: it is silent. Nothing has
 * been begun. -ETIMEDOUT: it has been begun. -EIO: libvirt has refused, or failed. PROBLEM says why.
 */
#include <stddef.h>
#include <stdint.h>

int nodedev_detach(const char *address, uint64_t wait_usec, char *problem, size_t size);
int nodedev_reattach(const char *address, uint64_t wait_usec, char *problem, size_t size);
