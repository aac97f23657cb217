/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/device-users: who has a device open now, in words: for a step that hangs until they close it, and
 * for a device that must not go back while a guest has it.
 */
#include <stddef.h>
#include <stdint.h>

#include "switcher/interrupt.h"
#include "switcher/loan.h"

/*
 * The users of what STEP is done to: "Xorg (pid 812, …) has dri/card1 of 0000:01:00.0 open, and 2 more"; ""
 * if there are none, or none can be seen.
 */
void device_users_of_step(const struct step *step, char *text, size_t size);

/* Whether a device of LOAN may be in a guest's hands: its function was handed to vfio-pci. */
bool device_users_possible(const struct loan *loan);
/*
 * Waits, up to WAIT, until nobody has the VFIO groups of LOAN open: QEMU ends a little after libvirt says
 * that the guest is gone. 0: nobody has; -EBUSY: TEXT says who; -EINTR: a signal came first; -errno: it
 * cannot be seen.
 */
int device_users_await_none(const struct loan *loan, struct interrupt *interrupt, uint64_t wait_usec,
                            char *text, size_t size);
