/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table below is the whole of it. A cell that is not there means: nothing happens.
 *
 *              RUNS     GONE       STOP       RENEW     DEADLINE   LATE
 * blind        riding   awaiting   ending     -         -          -
 * awaiting     riding   -          returning  awaiting  returning  awaiting
 * riding       -        left       ending     -         -          -
 * left         riding   -          returning  left      returning  left
 * ending       ending   returning  -          -         failed     failed
 * returning    -        -          -          -         -          -
 * failed       -        -          -          -         -          -
 *
 * Only libvirt's word that the guest is gone leads to a return: while libvirtd is restarted, hangs or has
 * crashed, nothing is known, and the hardware stays where it is; a deadline that passes then begins anew.
 * Told to end in that state, or while the guest runs, the guard asks the guest to shut down and waits; it
 * never ends a guest by force. What it cannot give back then stays in the journal, for the next who tries.
 *
 * A guest that has yet to be started is given more time than one that has ended: between the two there may be
 * a display manager to be started and somebody to log in.
 */
#include "switcher/guard-policy.h"

#include <stdbool.h>

#define SECOND      1000000ULL
#define FIRST_LEAST (300 * SECOND)

/* A cell that is there. */
struct cell {
        bool there;
        struct guard_step step;
};

#define GO(next, action, deadline)                                                                           \
        {                                                                                                    \
                true, {                                                                                      \
                        GUARD_##next, GUARD_##action, GUARD_##deadline                                       \
                }                                                                                            \
        }

/* clang-format off */
static const struct cell table[N_GUARD_STATES][N_GUARD_EVENTS] = {
        [GUARD_BLIND] = {
                [GUARD_RUNS] = GO(RIDING, NOTHING, NONE),
                [GUARD_GONE] = GO(AWAITING, NOTHING, FIRST),
                [GUARD_STOP] = GO(ENDING, SHUT_DOWN, SHUTDOWN),
        },
        [GUARD_AWAITING] = {
                [GUARD_RUNS] = GO(RIDING, NOTHING, NONE),
                [GUARD_STOP] = GO(RETURNING, RETURN, NONE),
                [GUARD_RENEW] = GO(AWAITING, NOTHING, FIRST),
                [GUARD_DEADLINE] = GO(RETURNING, RETURN, NONE),
                [GUARD_LATE] = GO(AWAITING, NOTHING, FIRST),
        },
        [GUARD_RIDING] = {
                [GUARD_GONE] = GO(LEFT, NOTHING, GRACE),
                [GUARD_STOP] = GO(ENDING, SHUT_DOWN, SHUTDOWN),
        },
        [GUARD_LEFT] = {
                [GUARD_RUNS] = GO(RIDING, NOTHING, NONE),
                [GUARD_STOP] = GO(RETURNING, RETURN, NONE),
                [GUARD_RENEW] = GO(LEFT, NOTHING, GRACE),
                [GUARD_DEADLINE] = GO(RETURNING, RETURN, NONE),
                [GUARD_LATE] = GO(LEFT, NOTHING, GRACE),
        },
        [GUARD_ENDING] = {
                [GUARD_RUNS] = GO(ENDING, SHUT_DOWN, KEEP), /* libvirt may not have heard it the first time */
                [GUARD_GONE] = GO(RETURNING, RETURN, NONE),
                [GUARD_DEADLINE] = GO(FAILED, GIVE_UP, NONE),
                [GUARD_LATE] = GO(FAILED, GIVE_UP, NONE),
        },
};
/* clang-format on */

struct guard_step guard_step(enum guard_state state, enum guard_event event) {
        const struct cell *cell = &table[state][event];

        return cell->there ? cell->step : (struct guard_step){ state, GUARD_NOTHING, GUARD_KEEP };
}

uint64_t guard_wait(enum guard_deadline deadline, uint64_t grace, uint64_t shutdown) {
        switch (deadline) {
        case GUARD_FIRST:
                return grace > 0 && grace < FIRST_LEAST ? FIRST_LEAST : grace;
        case GUARD_GRACE:
                return grace;
        case GUARD_SHUTDOWN:
                return shutdown;
        case GUARD_KEEP:
        case GUARD_NONE:
                return 0;
        }
        return 0;
}

const char *guard_state_phrase(enum guard_state state) {
        static const char *const phrases[N_GUARD_STATES] = {
                [GUARD_BLIND] = "lent; libvirt has yet to say whether the guest runs",
                [GUARD_AWAITING] = "lent; waiting for the guest to be started",
                [GUARD_RIDING] = "lent; the guest runs",
                [GUARD_LEFT] = "lent; the guest has ended",
                [GUARD_ENDING] = "to be given back; waiting for the guest to shut down",
                [GUARD_RETURNING] = "giving back",
                [GUARD_FAILED] = "still lent: the guest has not shut down",
        };

        return phrases[state];
}
