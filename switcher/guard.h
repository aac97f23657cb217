/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/guard: stays with hardware that has been lent, for as long as its guest runs and a grace time
 * longer, and then has it given back. What systemd knows as pillion-guest@PROFILE.service.
 *
 * Threads: none may run when it is called, and none runs when it gives back.
 */
#include "switcher/profile.h"

struct guard_options {
        const struct profile *profile;    /* borrowed: its guest, and how long that may take */
        int interrupt;                    /* borrowed: a descriptor, readable when the guard is to end */
        int (*give_back)(void *userdata); /* undoes the loan; returns an exit status */
        void *userdata;
};

/*
 * Says that it is ready, to systemd, and returns when the loan is over: what give_back() returned, or
 * EXIT_FAILURE when it had to end and the guest did not; the hardware is lent still, then. SIGHUP renews the
 * loan of a guest that does not run. Problems are logged.
 */
int guard_stay(const struct guard_options *options);
