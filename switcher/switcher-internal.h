/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* switcher/switcher: what its parts share. */
#include "switcher/lock.h"
#include "switcher/switcher.h"

struct switcher {
        struct interrupt *interrupt;
        struct progress *progress;
        struct lock *lock;
        int inhibitor;
};

/* For transaction_lend() and transaction_return(), on the real host. */
struct transaction_options switcher_options(struct switcher *switcher);
/* Says why, and is SWITCH_REFUSED. */
__attribute__((format(printf, 2, 3))) enum switch_status switcher_refuse(struct switcher *switcher,
                                                                         const char *format, ...);
/* True: LOAN was begun before this boot. */
bool switcher_is_of_other_boot(const struct loan *loan);
