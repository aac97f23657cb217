/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table below is the whole of it. A cell that is not there means: nothing happens. What libvirt says is
 * believed in every state, so a guest that is started, paused or stopped behind our back is served all the
 * same.
 *
 *              START      STOP       FORCE      READY     FAILED     RUNNING   PAUSED    STOPPED   DEADLINE
 * host         preflight  refuse     refuse     -         -          guest     paused    -         -
 * preflight    refuse     failed     failed     starting  failed     guest     paused    -         failed
 * starting     refuse     refuse     destroy    -         failed     guest     paused    -         -
 * guest        refuse     stopping   stopping   -         -          -         paused    host      -
 * paused       refuse     refuse     stopping   -         -          guest     -         host      -
 * stopping     refuse     refuse     destroy    -         guest      -         -         host      guest
 * failed       preflight  host       host       -         -          guest     paused    failed    -
 *
 * A stop that fails or runs out of time leaves the guest running and served, and says so: pillion never ends
 * a guest by force unless told to. Lending the hardware and taking it back will stand between preflight and
 * starting, and between stopping and host.
 */
#include "core/supervisor.h"

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

/* clang-format off */
static const struct cell table[N_STATES][N_EVENTS] = {
        [STATE_HOST] = {
                [EVENT_START] = GO(PREFLIGHT, ACTION_PREPARE, PREFLIGHT),
                [EVENT_STOP] = REFUSE(HOST),
                [EVENT_STOP_FORCE] = REFUSE(HOST),
                [EVENT_RUNNING] = GO(GUEST, ACTION_SERVE, NONE),
                [EVENT_PAUSED] = GO(PAUSED, ACTION_SERVE | ACTION_INPUT_HOST, NONE),
        },
        [STATE_PREFLIGHT] = {
                [EVENT_START] = REFUSE(PREFLIGHT),
                [EVENT_STOP] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_STOP_FORCE] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_READY] = GO(STARTING, ACTION_CREATE, NONE),
                [EVENT_CALL_FAILED] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_RUNNING] = GO(GUEST, ACTION_SERVE, NONE),
                [EVENT_PAUSED] = GO(PAUSED, ACTION_SERVE | ACTION_INPUT_HOST, NONE),
                [EVENT_DEADLINE] = GO(FAILED, ACTION_UNSERVE, NONE),
        },
        [STATE_STARTING] = {
                [EVENT_START] = REFUSE(STARTING),
                [EVENT_STOP] = REFUSE(STARTING),
                [EVENT_STOP_FORCE] = GO(STARTING, ACTION_DESTROY, KEEP),
                [EVENT_CALL_FAILED] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_RUNNING] = GO(GUEST, ACTION_SERVE, NONE),
                [EVENT_PAUSED] = GO(PAUSED, ACTION_SERVE | ACTION_INPUT_HOST, NONE),
        },
        [STATE_GUEST] = {
                [EVENT_START] = REFUSE(GUEST),
                [EVENT_STOP] = GO(STOPPING, ACTION_SHUTDOWN, SHUTDOWN),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_INPUT_HOST | ACTION_DESTROY, SHUTDOWN),
                [EVENT_PAUSED] = GO(PAUSED, ACTION_INPUT_HOST, NONE),
                [EVENT_STOPPED] = GO(HOST, ACTION_INPUT_HOST | ACTION_UNSERVE, NONE),
        },
        [STATE_PAUSED] = {
                [EVENT_START] = REFUSE(PAUSED),
                [EVENT_STOP] = REFUSE(PAUSED),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_DESTROY, SHUTDOWN),
                [EVENT_RUNNING] = GO(GUEST, ACTION_SERVE, NONE),
                [EVENT_STOPPED] = GO(HOST, ACTION_INPUT_HOST | ACTION_UNSERVE, NONE),
        },
        [STATE_STOPPING] = {
                [EVENT_START] = REFUSE(STOPPING),
                [EVENT_STOP] = REFUSE(STOPPING),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_INPUT_HOST | ACTION_DESTROY, KEEP),
                [EVENT_CALL_FAILED] = GO(GUEST, 0, NONE),
                [EVENT_STOPPED] = GO(HOST, ACTION_INPUT_HOST | ACTION_UNSERVE, NONE),
                [EVENT_DEADLINE] = GO(GUEST, 0, NONE),
        },
        [STATE_FAILED] = {
                [EVENT_START] = GO(PREFLIGHT, ACTION_PREPARE, PREFLIGHT),
                [EVENT_STOP] = GO(HOST, 0, NONE),
                [EVENT_STOP_FORCE] = GO(HOST, 0, NONE),
                [EVENT_RUNNING] = GO(GUEST, ACTION_SERVE, NONE),
                [EVENT_PAUSED] = GO(PAUSED, ACTION_SERVE | ACTION_INPUT_HOST, NONE),
                [EVENT_STOPPED] = GO(FAILED, ACTION_INPUT_HOST | ACTION_UNSERVE, NONE),
        },
};
/* clang-format on */

struct supervisor_step supervisor_step(enum supervisor_state state, enum supervisor_event event) {
        const struct cell *cell = &table[state][event];

        return cell->there ? cell->step : (struct supervisor_step){ state, 0, DEADLINE_KEEP };
}

bool supervisor_settled(enum supervisor_state state) {
        return state == STATE_HOST || state == STATE_GUEST || state == STATE_PAUSED || state == STATE_FAILED;
}

bool supervisor_has_guest(enum supervisor_state state) {
        return state == STATE_GUEST || state == STATE_PAUSED;
}

const char *supervisor_state_name(enum supervisor_state state) {
        static const char *const names[N_STATES] = {
                [STATE_HOST] = "host",     [STATE_PREFLIGHT] = "preflight", [STATE_STARTING] = "starting",
                [STATE_GUEST] = "guest",   [STATE_PAUSED] = "paused",       [STATE_STOPPING] = "stopping",
                [STATE_FAILED] = "failed",
        };

        return names[state];
}

const char *supervisor_refusal(enum supervisor_state state, enum supervisor_event event) {
        static const char *const running = "is already running; end it with 'pillion stop' first";
        static const char *const on_start[N_STATES] = {
                [STATE_PREFLIGHT] = "is already being started",
                [STATE_STARTING] = "is already being started",
                [STATE_GUEST] = running,
                [STATE_PAUSED] = running,
                [STATE_STOPPING] = "is shutting down; start it again when it has stopped",
        };
        static const char *const on_stop[N_STATES] = {
                [STATE_HOST] = "is not running",
                [STATE_STARTING] = "is still being started; wait, or use 'pillion stop --force'",
                [STATE_PAUSED] = "is paused and cannot shut itself down; resume it, or use "
                                 "'pillion stop --force'",
                [STATE_STOPPING] = "has been asked to shut down already; wait, or use 'pillion stop --force'",
        };
        const char *reason = event == EVENT_START ? on_start[state] : on_stop[state];

        return reason ? reason : "cannot do that now";
}
