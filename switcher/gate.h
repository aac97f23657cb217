/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/gate: the proof that nobody has a device open. Unbinding a device that somebody has open hangs in
 * the kernel, beyond all deadlines and signals, and with it every reboot: so it is never tried without.
 *
 * Who is allowed to be ended is (SIGTERM, later SIGKILL, through a descriptor of the process, so that nobody
 * else is hit); for all others it waits. It is passed when two looks, with udev's queue empty in between,
 * have found nobody; the caller then acts at once. That nobody opens a node anew between look and act is the
 * business of step-nodes.c.
 *
 * What no look can find is a descriptor on its way in a socket, or one in the kernel's own hands. Of sound
 * devices, which hang, the kernel's count of references to the driver gives it away, unless that drives
 * other devices too.
 */
#include <stdint.h>

#include "switcher/step.h"

/*
 * For the functions that the step is told (function=...), and its target if that is one; what is told as
 * end-program=... may be ended. -EBUSY: after WAIT somebody, who is named as the problem, still has one
 * open; -EPERM: some processes cannot be looked into.
 */
int gate_pass_functions(struct step_call *call, uint64_t wait_usec);
/* The same, but of those who have them open only sound servers matter. */
int gate_pass_sound_servers(struct step_call *call, uint64_t wait_usec);
