/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/guard-policy: when the guard of a loan gives the hardware back, as a pure function: a state and an
 * event give the next state, what to do, and whether a deadline runs from now. The table is in
 * guard-policy.c. No clock, no I/O; threads: none of its business.
 */
#include <stdint.h>

enum guard_state {
        GUARD_BLIND,     /* libvirt has not said yet whether the guest runs */
        GUARD_AWAITING,  /* the guest has not run since the hardware was lent */
        GUARD_RIDING,    /* it runs, or is paused */
        GUARD_LEFT,      /* it has run, and is gone */
        GUARD_ENDING,    /* we are to end, and the guest was asked to shut down */
        GUARD_RETURNING, /* final: the hardware goes back */
        GUARD_FAILED,    /* final: we have to end, and the guest has not */
        N_GUARD_STATES,
};

enum guard_event {
        GUARD_RUNS, /* libvirt: it does */
        GUARD_GONE, /* libvirt: it is not there. That libvirt is silent is no event */
        GUARD_STOP, /* SIGTERM, SIGINT */
        GUARD_RENEW,
        GUARD_DEADLINE,
        GUARD_LATE, /* the deadline, while libvirt is silent */
        N_GUARD_EVENTS,
};

enum guard_action {
        GUARD_NOTHING,
        GUARD_SHUT_DOWN, /* ask the guest to */
        GUARD_RETURN,
        GUARD_GIVE_UP, /* end, and leave the loan in the journal */
};

enum guard_deadline {
        GUARD_KEEP, /* whatever runs, goes on */
        GUARD_NONE,
        GUARD_FIRST,    /* for the guest to be started */
        GUARD_GRACE,    /* for it to be started again */
        GUARD_SHUTDOWN, /* for it to shut down */
};

struct guard_step {
        enum guard_state next;
        enum guard_action action;
        enum guard_deadline deadline;
};

struct guard_step guard_step(enum guard_state state, enum guard_event event);

/* In microseconds, 0: for ever. GRACE and SHUTDOWN are the profile's; a GRACE of 0 never ends. */
uint64_t guard_wait(enum guard_deadline deadline, uint64_t grace, uint64_t shutdown);

/* For people: "waits for the guest to start". */
const char *guard_state_phrase(enum guard_state state);
