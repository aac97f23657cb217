/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table below is the whole of it. A cell that is not there means: nothing happens. What libvirt says is
 * believed in every state, so a guest that is started, paused or stopped behind our back is served all the
 * same.
 *
 *              START      STOP      FORCE     PAUSE    RESUME      READY     FAILED
 * host         preflight  refuse    refuse    refuse   refuse      -         -
 * preflight    refuse     failed    failed    refuse   refuse      starting  failed
 * starting     refuse     refuse    destroy   refuse   refuse      -         failed
 * guest        refuse     stopping  stopping  pausing  refuse      -         -
 * paused       refuse     refuse    stopping  refuse   resuming    -         -
 * pausing      refuse     refuse    stopping  refuse   refuse      -         guest
 * resuming     refuse     refuse    stopping  refuse   refuse      -         paused
 * stopping     refuse     refuse    destroy   refuse   refuse      -         guest
 * failed       preflight  host      host      refuse   refuse      -         -
 *
 *              RUNNING    PAUSED    STOPPED   DEADLINE
 * host         guest      paused    -         -
 * preflight    guest      paused    -         failed
 * starting     guest      paused    -         -
 * guest        -          paused    host      -
 * paused       guest      -         host      -
 * pausing      -          paused    host      guest
 * resuming     guest      -         host      paused
 * stopping     -          -         host      guest
 * failed       guest      paused    failed    -
 *
 * A stop or a pause that fails or runs out of time leaves the guest running and served, and says so: pillion
 * never ends a guest by force unless told to. Lending the hardware and taking it back will stand between
 * preflight and starting, and between stopping and host.
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
                [EVENT_PAUSE] = REFUSE(HOST),
                [EVENT_RESUME] = REFUSE(HOST),
                [EVENT_RUNNING] = GO(GUEST, ACTION_SERVE, NONE),
                [EVENT_PAUSED] = GO(PAUSED, ACTION_SERVE | ACTION_INPUT_HOST, NONE),
        },
        [STATE_PREFLIGHT] = {
                [EVENT_START] = REFUSE(PREFLIGHT),
                [EVENT_STOP] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_STOP_FORCE] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_PAUSE] = REFUSE(PREFLIGHT),
                [EVENT_RESUME] = REFUSE(PREFLIGHT),
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
                [EVENT_PAUSE] = REFUSE(STARTING),
                [EVENT_RESUME] = REFUSE(STARTING),
                [EVENT_CALL_FAILED] = GO(FAILED, ACTION_UNSERVE, NONE),
                [EVENT_RUNNING] = GO(GUEST, ACTION_SERVE, NONE),
                [EVENT_PAUSED] = GO(PAUSED, ACTION_SERVE | ACTION_INPUT_HOST, NONE),
        },
        [STATE_GUEST] = {
                [EVENT_START] = REFUSE(GUEST),
                [EVENT_STOP] = GO(STOPPING, ACTION_SHUTDOWN, SHUTDOWN),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_INPUT_HOST | ACTION_DESTROY, SHUTDOWN),
                [EVENT_PAUSE] = GO(PAUSING, ACTION_INPUT_HOST | ACTION_PAUSE, ANSWER),
                [EVENT_RESUME] = REFUSE(GUEST),
                [EVENT_PAUSED] = GO(PAUSED, ACTION_INPUT_HOST, NONE),
                [EVENT_STOPPED] = GO(HOST, ACTION_INPUT_HOST | ACTION_UNSERVE, NONE),
        },
        [STATE_PAUSED] = {
                [EVENT_START] = REFUSE(PAUSED),
                [EVENT_STOP] = REFUSE(PAUSED),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_DESTROY, SHUTDOWN),
                [EVENT_PAUSE] = REFUSE(PAUSED),
                [EVENT_RESUME] = GO(RESUMING, ACTION_RESUME, ANSWER),
                [EVENT_RUNNING] = GO(GUEST, ACTION_SERVE, NONE),
                [EVENT_STOPPED] = GO(HOST, ACTION_INPUT_HOST | ACTION_UNSERVE, NONE),
        },
        [STATE_PAUSING] = {
                [EVENT_START] = REFUSE(PAUSING),
                [EVENT_STOP] = REFUSE(PAUSING),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_DESTROY, SHUTDOWN),
                [EVENT_PAUSE] = REFUSE(PAUSING),
                [EVENT_RESUME] = REFUSE(PAUSING),
                [EVENT_CALL_FAILED] = GO(GUEST, ACTION_SERVE, NONE),
                [EVENT_PAUSED] = GO(PAUSED, ACTION_INPUT_HOST, NONE),
                [EVENT_STOPPED] = GO(HOST, ACTION_INPUT_HOST | ACTION_UNSERVE, NONE),
                [EVENT_DEADLINE] = GO(GUEST, ACTION_SERVE, NONE),
        },
        [STATE_RESUMING] = {
                [EVENT_START] = REFUSE(RESUMING),
                [EVENT_STOP] = REFUSE(RESUMING),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_DESTROY, SHUTDOWN),
                [EVENT_PAUSE] = REFUSE(RESUMING),
                [EVENT_RESUME] = REFUSE(RESUMING),
                [EVENT_CALL_FAILED] = GO(PAUSED, ACTION_INPUT_HOST, NONE),
                [EVENT_RUNNING] = GO(GUEST, ACTION_SERVE, NONE),
                [EVENT_STOPPED] = GO(HOST, ACTION_INPUT_HOST | ACTION_UNSERVE, NONE),
                [EVENT_DEADLINE] = GO(PAUSED, ACTION_INPUT_HOST, NONE),
        },
        [STATE_STOPPING] = {
                [EVENT_START] = REFUSE(STOPPING),
                [EVENT_STOP] = REFUSE(STOPPING),
                [EVENT_STOP_FORCE] = GO(STOPPING, ACTION_INPUT_HOST | ACTION_DESTROY, KEEP),
                [EVENT_PAUSE] = REFUSE(STOPPING),
                [EVENT_RESUME] = REFUSE(STOPPING),
                [EVENT_CALL_FAILED] = GO(GUEST, ACTION_SERVE, NONE),
                [EVENT_STOPPED] = GO(HOST, ACTION_INPUT_HOST | ACTION_UNSERVE, NONE),
                [EVENT_DEADLINE] = GO(GUEST, ACTION_SERVE, NONE),
        },
        [STATE_FAILED] = {
                [EVENT_START] = GO(PREFLIGHT, ACTION_PREPARE, PREFLIGHT),
                [EVENT_STOP] = GO(HOST, 0, NONE),
                [EVENT_STOP_FORCE] = GO(HOST, 0, NONE),
                [EVENT_PAUSE] = REFUSE(FAILED),
                [EVENT_RESUME] = REFUSE(FAILED),
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

bool supervisor_achieved(enum supervisor_event command, enum supervisor_state state) {
        switch (command) {
        case EVENT_START:
                return supervisor_has_guest(state);
        case EVENT_STOP:
        case EVENT_STOP_FORCE:
                return !supervisor_has_guest(state);
        case EVENT_PAUSE:
                return state == STATE_PAUSED;
        case EVENT_RESUME:
                return state == STATE_GUEST;
        case EVENT_READY:
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

const char *supervisor_state_name(enum supervisor_state state) {
        static const char *const names[N_STATES] = {
                [STATE_HOST] = "host",         [STATE_PREFLIGHT] = "preflight", [STATE_STARTING] = "starting",
                [STATE_GUEST] = "guest",       [STATE_PAUSED] = "paused",       [STATE_PAUSING] = "pausing",
                [STATE_RESUMING] = "resuming", [STATE_STOPPING] = "stopping",   [STATE_FAILED] = "failed",
        };

        return names[state];
}

static const char running[] = "is already running; end it with 'pillion stop' first";
static const char being_started[] = "is being started; wait until it runs";

static const char *const refused_starts[N_STATES] = {
        [STATE_PREFLIGHT] = "is already being started",
        [STATE_STARTING] = "is already being started",
        [STATE_GUEST] = running,
        [STATE_PAUSED] = running,
        [STATE_PAUSING] = running,
        [STATE_RESUMING] = running,
        [STATE_STOPPING] = "is shutting down; start it again when it has stopped",
};

static const char *const refused_stops[N_STATES] = {
        [STATE_HOST] = "is not running",
        [STATE_STARTING] = "is still being started; wait, or use 'pillion stop --force'",
        [STATE_PAUSED] = "is paused and cannot shut itself down; let it go on with 'pillion resume', or use "
                         "'pillion stop --force'",
        [STATE_PAUSING] = "is being paused; wait, or use 'pillion stop --force'",
        [STATE_RESUMING] = "is being resumed; wait, or use 'pillion stop --force'",
        [STATE_STOPPING] = "has been asked to shut down already; wait, or use 'pillion stop --force'",
};

static const char *const refused_pauses[N_STATES] = {
        [STATE_HOST] = "is not running",
        [STATE_PREFLIGHT] = being_started,
        [STATE_STARTING] = being_started,
        [STATE_PAUSED] = "is paused already",
        [STATE_PAUSING] = "is being paused already",
        [STATE_RESUMING] = "is being resumed; wait until it runs",
        [STATE_STOPPING] = "is shutting down",
        [STATE_FAILED] = "is not running",
};

static const char *const refused_resumes[N_STATES] = {
        [STATE_HOST] = "is not running",
        [STATE_PREFLIGHT] = being_started,
        [STATE_STARTING] = being_started,
        [STATE_GUEST] = "is not paused",
        [STATE_PAUSING] = "is being paused; wait until it is",
        [STATE_RESUMING] = "is being resumed already",
        [STATE_STOPPING] = "is shutting down",
        [STATE_FAILED] = "is not running",
};

const char *supervisor_refusal(enum supervisor_state state, enum supervisor_event event) {
        const char *reason = (event == EVENT_START    ? refused_starts
                              : event == EVENT_PAUSE  ? refused_pauses
                              : event == EVENT_RESUME ? refused_resumes
                                                      : refused_stops)[state];

        return reason ? reason : "cannot do that now";
}
