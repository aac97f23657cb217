/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table below is the whole of it, with one law on top. A cell that is not there means: nothing happens.
 * What libvirt says is believed in every state, so a guest that is started, paused or stopped behind our back
 * is served all the same.
 *
 *              START      STOP      FORCE     RESTART     PAUSE    RESUME
 * host         preflight  refuse    refuse    refuse      refuse   refuse
 * preflight    refuse     host      host      refuse      refuse   refuse
 * lending      refuse     host      host      refuse      refuse   refuse
 * starting     refuse     refuse    destroy   refuse      refuse   refuse
 * guest        refuse     stopping  stopping  restarting  pausing  refuse
 * paused       refuse     refuse    stopping  refuse      refuse   resuming
 * pausing      refuse     refuse    stopping  refuse      refuse   refuse
 * resuming     refuse     refuse    stopping  refuse      refuse   refuse
 * stopping     refuse     refuse    destroy   refuse      refuse   refuse
 * restarting   refuse     stopping  stopping  refuse      refuse   refuse
 * returning    refuse     as it is  as it is  refuse      refuse   refuse
 * undoing      refuse     returning returning refuse      refuse   refuse
 * stranded     preflight  host      host      refuse      refuse   refuse
 * failed       preflight  host      host      refuse      refuse   refuse
 *
 *              READY      LOAN_NEEDED  LENT      LOAN_FAILED  GOING_BACK  RETURNED
 * host         -          -            -         -            returning   -
 * preflight    starting   lending      -         -            -           -
 * lending      -          -            starting  failed       -           failed
 * returning    -          -            -         stranded     -           host
 * undoing      -          -            -         failed       -           failed
 * stranded     -          -            -         -            returning   host
 * all others   -          -            -         -            -           -
 *
 *              FAILED     RUNNING   PAUSED    STOPPED    DEADLINE
 * host         -          guest     paused    -          -
 * preflight    failed     guest     paused    -          failed
 * lending      failed     guest     paused    -          -
 * starting     failed     guest     paused    host       -
 * guest        -          -         paused    host       -
 * paused       -          guest     -         host       -
 * pausing      guest      -         paused    host       guest
 * resuming     paused     guest     -         host       paused
 * stopping     guest      -         -         host       guest
 * restarting   guest      -         -         preflight  guest
 * returning    -          guest     paused    -          -
 * undoing      -          guest     paused    -          -
 * stranded     -          guest     paused    stranded   -
 * failed       -          guest     paused    failed     -
 *
 * The law: while hardware is lent the way to host leads through returning, and the way to failed through
 * undoing, for a guest that is not there has no use for it; so a stop without a guest gives back what is
 * lent. Two exceptions: what could not be given back is a failure, which is told; and the hardware that is to
 * be kept stays when a guest ends that nobody has told to.
 *
 * Stranded hardware may come back without us: by its guard, whose time is over, or by root. Then nothing is
 * amiss any more, and the state is host. A start that has failed has failed, whatever becomes of what was
 * lent for it.
 *
 * A stop or a pause that fails or runs out of time leaves the guest running and served, and says so: pillion
 * never ends a guest by force unless told to.
 */
#include "core/ride/supervisor.h"

#include <stddef.h>

/* A cell that is there. */
struct cell {
        bool there;
        struct supervisor_step step;
};

#define GO(next, actions, deadline)                                                                          \
        {                                                                                                    \
                true, {                                                                                      \
                        STATE_##next, actions, DEADLINE_##deadline                                           \
                }                                                                                            \
        }
#define REFUSE(state) GO(state, ACTION_REFUSE, KEEP)
#define RUNS          GO(GUEST, ACTION_SERVE, NONE)
#define STANDS        GO(PAUSED, ACTION_SERVE | ACTION_INPUT_HOST, NONE)
#define LEAVE         (ACTION_INPUT_HOST | ACTION_UNSERVE)

/* clang-format off */
static const struct cell table[N_STATES][N_EVENTS] = {
        [STATE_HOST] = {
                [EVENT_START] = GO(PREFLIGHT, ACTION_PREPARE, PREFLIGHT),
                [EVENT_STOP] = REFUSE(HOST),
                [EVENT_STOP_FORCE] = REFUSE(HOST),
                [EVENT_RESTART] = REFUSE(HOST),
                [EVENT_PAUSE] = REFUSE(HOST),
                [EVENT_RESUME] = REFUSE(HOST),
                [EVENT_GOING_BACK] = GO(RETURNING, 0, NONE),
                [EVENT_RUNNING] = RUNS,
                [EVENT_PAUSED] = STANDS,
        },
        [STATE_PREFLIGHT] = {
                [EVENT_START] = REFUSE(PREFLIGHT),
                [EVENT_STOP] = GO(HOST, ACTION_UNSERVE, NONE),
                [EVENT_STOP_FORCE] = GO(HOST, ACTION_UNSERVE, NONE),
                [EVENT_RESTART] = REFUSE(PREFLIGHT),
                [EVENT_PAUSE] = REFUSE(PREFLIGHT),
                [EVENT_RESUME] = REFUSE(PREFLIGHT),
                [EVENT_READY] = GO(STARTING, ACTION_CREATE, NONE),
                [EVENT_LOAN_NEEDED] = GO(LENDING, ACTION_LEND, NONE),
                [EVENT_CALL_FAILED] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_RUNNING] = RUNS,
                [EVENT_PAUSED] = STANDS,
                [EVENT_DEADLINE] = GO(FAILED, ACTION_UNSERVE, NONE),
        },
        [STATE_LENDING] = {
                [EVENT_START] = REFUSE(LENDING),
                [EVENT_STOP] = GO(HOST, ACTION_UNSERVE, NONE),
                [EVENT_STOP_FORCE] = GO(HOST, ACTION_UNSERVE, NONE),
                [EVENT_RESTART] = REFUSE(LENDING),
                [EVENT_PAUSE] = REFUSE(LENDING),
                [EVENT_RESUME] = REFUSE(LENDING),
                [EVENT_LENT] = GO(STARTING, ACTION_CREATE, NONE),
                [EVENT_LOAN_FAILED] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_RETURNED] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_CALL_FAILED] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_RUNNING] = RUNS,
                [EVENT_PAUSED] = STANDS,
        },
        [STATE_STARTING] = {
                [EVENT_START] = REFUSE(STARTING),
                [EVENT_STOP] = REFUSE(STARTING),
                [EVENT_STOP_FORCE] = GO(STARTING, ACTION_DESTROY, KEEP),
                [EVENT_RESTART] = REFUSE(STARTING),
                [EVENT_PAUSE] = REFUSE(STARTING),
                [EVENT_RESUME] = REFUSE(STARTING),
                [EVENT_CALL_FAILED] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_RUNNING] = RUNS,
                [EVENT_PAUSED] = STANDS,
                [EVENT_STOPPED] = GO(HOST, ACTION_UNSERVE, NONE),
        },
        [STATE_GUEST] = {
                [EVENT_START] = REFUSE(GUEST),
                [EVENT_STOP] = GO(STOPPING, ACTION_SHUTDOWN, SHUTDOWN),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_INPUT_HOST | ACTION_DESTROY, SHUTDOWN),
                [EVENT_RESTART] = GO(RESTARTING, ACTION_SHUTDOWN, SHUTDOWN),
                [EVENT_PAUSE] = GO(PAUSING, ACTION_INPUT_HOST | ACTION_PAUSE, ANSWER),
                [EVENT_RESUME] = REFUSE(GUEST),
                [EVENT_PAUSED] = GO(PAUSED, ACTION_INPUT_HOST, NONE),
                [EVENT_STOPPED] = GO(HOST, LEAVE, NONE),
        },
        [STATE_PAUSED] = {
                [EVENT_START] = REFUSE(PAUSED),
                [EVENT_STOP] = REFUSE(PAUSED),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_DESTROY, SHUTDOWN),
                [EVENT_RESTART] = REFUSE(PAUSED),
                [EVENT_PAUSE] = REFUSE(PAUSED),
                [EVENT_RESUME] = GO(RESUMING, ACTION_RESUME, ANSWER),
                [EVENT_RUNNING] = RUNS,
                [EVENT_STOPPED] = GO(HOST, LEAVE, NONE),
        },
        [STATE_PAUSING] = {
                [EVENT_START] = REFUSE(PAUSING),
                [EVENT_STOP] = REFUSE(PAUSING),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_DESTROY, SHUTDOWN),
                [EVENT_RESTART] = REFUSE(PAUSING),
                [EVENT_PAUSE] = REFUSE(PAUSING),
                [EVENT_RESUME] = REFUSE(PAUSING),
                [EVENT_CALL_FAILED] = RUNS,
                [EVENT_PAUSED] = GO(PAUSED, ACTION_INPUT_HOST, NONE),
                [EVENT_STOPPED] = GO(HOST, LEAVE, NONE),
                [EVENT_DEADLINE] = RUNS,
        },
        [STATE_RESUMING] = {
                [EVENT_START] = REFUSE(RESUMING),
                [EVENT_STOP] = REFUSE(RESUMING),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_DESTROY, SHUTDOWN),
                [EVENT_RESTART] = REFUSE(RESUMING),
                [EVENT_PAUSE] = REFUSE(RESUMING),
                [EVENT_RESUME] = REFUSE(RESUMING),
                [EVENT_CALL_FAILED] = GO(PAUSED, ACTION_INPUT_HOST, NONE),
                [EVENT_RUNNING] = RUNS,
                [EVENT_STOPPED] = GO(HOST, LEAVE, NONE),
                [EVENT_DEADLINE] = GO(PAUSED, ACTION_INPUT_HOST, NONE),
        },
        [STATE_STOPPING] = {
                [EVENT_START] = REFUSE(STOPPING),
                [EVENT_STOP] = REFUSE(STOPPING),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_INPUT_HOST | ACTION_DESTROY, KEEP),
                [EVENT_RESTART] = REFUSE(STOPPING),
                [EVENT_PAUSE] = REFUSE(STOPPING),
                [EVENT_RESUME] = REFUSE(STOPPING),
                [EVENT_CALL_FAILED] = RUNS,
                [EVENT_STOPPED] = GO(HOST, LEAVE, NONE),
                [EVENT_DEADLINE] = RUNS,
        },
        [STATE_RESTARTING] = {
                [EVENT_START] = REFUSE(RESTARTING),
                [EVENT_STOP] = GO(STOPPING, 0, KEEP),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_INPUT_HOST | ACTION_DESTROY, SHUTDOWN),
                [EVENT_RESTART] = REFUSE(RESTARTING),
                [EVENT_PAUSE] = REFUSE(RESTARTING),
                [EVENT_RESUME] = REFUSE(RESTARTING),
                [EVENT_CALL_FAILED] = RUNS,
                [EVENT_STOPPED] = GO(PREFLIGHT, LEAVE | ACTION_PREPARE, PREFLIGHT),
                [EVENT_DEADLINE] = RUNS,
        },
        [STATE_RETURNING] = {
                [EVENT_START] = REFUSE(RETURNING),
                [EVENT_STOP] = GO(RETURNING, 0, KEEP),
                [EVENT_STOP_FORCE] = GO(RETURNING, 0, KEEP),
                [EVENT_RESTART] = REFUSE(RETURNING),
                [EVENT_PAUSE] = REFUSE(RETURNING),
                [EVENT_RESUME] = REFUSE(RETURNING),
                [EVENT_LOAN_FAILED] = GO(STRANDED, 0, NONE),
                [EVENT_RETURNED] = GO(HOST, 0, NONE),
                [EVENT_RUNNING] = RUNS,
                [EVENT_PAUSED] = STANDS,
        },
        [STATE_UNDOING] = {
                [EVENT_START] = REFUSE(UNDOING),
                [EVENT_STOP] = GO(RETURNING, 0, KEEP),
                [EVENT_STOP_FORCE] = GO(RETURNING, 0, KEEP),
                [EVENT_RESTART] = REFUSE(UNDOING),
                [EVENT_PAUSE] = REFUSE(UNDOING),
                [EVENT_RESUME] = REFUSE(UNDOING),
                [EVENT_LOAN_FAILED] = GO(FAILED, 0, NONE),
                [EVENT_RETURNED] = GO(FAILED, 0, NONE),
                [EVENT_RUNNING] = RUNS,
                [EVENT_PAUSED] = STANDS,
        },
        [STATE_STRANDED] = {
                [EVENT_START] = GO(PREFLIGHT, ACTION_PREPARE, PREFLIGHT),
                [EVENT_STOP] = GO(HOST, 0, NONE),
                [EVENT_STOP_FORCE] = GO(HOST, 0, NONE),
                [EVENT_RESTART] = REFUSE(STRANDED),
                [EVENT_PAUSE] = REFUSE(STRANDED),
                [EVENT_RESUME] = REFUSE(STRANDED),
                [EVENT_GOING_BACK] = GO(RETURNING, 0, NONE),
                [EVENT_RETURNED] = GO(HOST, 0, NONE),
                [EVENT_RUNNING] = RUNS,
                [EVENT_PAUSED] = STANDS,
                [EVENT_STOPPED] = GO(STRANDED, LEAVE, NONE),
        },
        [STATE_FAILED] = {
                [EVENT_START] = GO(PREFLIGHT, ACTION_PREPARE, PREFLIGHT),
                [EVENT_STOP] = GO(HOST, 0, NONE),
                [EVENT_STOP_FORCE] = GO(HOST, 0, NONE),
                [EVENT_RESTART] = REFUSE(FAILED),
                [EVENT_PAUSE] = REFUSE(FAILED),
                [EVENT_RESUME] = REFUSE(FAILED),
                [EVENT_RUNNING] = RUNS,
                [EVENT_PAUSED] = STANDS,
                [EVENT_STOPPED] = GO(FAILED, LEAVE, NONE),
        },
};
/* clang-format on */

static bool is_stop(enum supervisor_event event) {
        return event == EVENT_STOP || event == EVENT_STOP_FORCE;
}

/* Whether a guest that ends in STATE does so by itself. */
static bool ends_by_itself(enum supervisor_state state) {
        return supervisor_has_guest(state) || state == STATE_PAUSING || state == STATE_RESUMING;
}

/* Whether what is lent has to go back on the way of STEP. */
static bool goes_back(enum supervisor_state state, enum supervisor_event event,
                      const struct supervisor_step *step, const struct supervisor_facts *facts) {
        if (!facts->lent || (step->next != STATE_HOST && step->next != STATE_FAILED))
                return false;
        if (event == EVENT_LOAN_FAILED || event == EVENT_RETURNED)
                return false;
        if (facts->keep && event == EVENT_STOPPED && ends_by_itself(state))
                return false;
        return step->next != state || is_stop(event);
}

struct supervisor_step supervisor_step(enum supervisor_state state, enum supervisor_event event,
                                       const struct supervisor_facts *facts) {
        const struct cell *cell = &table[state][event];
        struct supervisor_step step = { state, 0, DEADLINE_KEEP };

        if (cell->there)
                step = cell->step;
        if (!goes_back(state, event, &step, facts))
                return step;
        return (struct supervisor_step){
                .next = step.next == STATE_HOST ? STATE_RETURNING : STATE_UNDOING,
                .actions = (step.actions & ~(unsigned)ACTION_REFUSE) | ACTION_RETURN,
                .deadline = DEADLINE_NONE,
        };
}

bool supervisor_settled(enum supervisor_state state) {
        return state == STATE_HOST || supervisor_has_guest(state) || state == STATE_STRANDED ||
               state == STATE_FAILED;
}

bool supervisor_has_guest(enum supervisor_state state) {
        return state == STATE_GUEST || state == STATE_PAUSED;
}

bool supervisor_achieved(enum supervisor_event command, enum supervisor_state state) {
        switch (command) {
        case EVENT_START:
        case EVENT_RESTART:
                return supervisor_has_guest(state);
        case EVENT_STOP:
        case EVENT_STOP_FORCE:
                return state == STATE_HOST;
        case EVENT_PAUSE:
                return state == STATE_PAUSED;
        case EVENT_RESUME:
                return state == STATE_GUEST;
        case EVENT_READY:
        case EVENT_LOAN_NEEDED:
        case EVENT_LENT:
        case EVENT_LOAN_FAILED:
        case EVENT_GOING_BACK:
        case EVENT_RETURNED:
        case EVENT_CALL_FAILED:
        case EVENT_RUNNING:
        case EVENT_PAUSED:
        case EVENT_STOPPED:
        case EVENT_DEADLINE:
        case N_EVENTS:
                break; /* nobody commands these */
        }
        return false;
}
