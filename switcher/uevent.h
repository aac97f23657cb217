/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/uevent: waiting for the kernel and udev to have done what a change of the hardware has set off.
 * Deadlines are now_usec()'s.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/cleanup.h"

/*
 * A socket that becomes readable with each event of the kernel. It only says when to look again: where there
 * is none (-errno, as in a container), uevent_wait() looks by the clock.
 */
int uevent_open(void);
/* Until the next event, or for a quarter of a second; false: DEADLINE is over. */
bool uevent_wait(int fd, uint64_t deadline);

/* Until udev has nothing left to do, or DEADLINE: then false. ROOT is "" or, for tests, what /run is below.
 */
bool uevent_settle(const char *root, uint64_t deadline);
