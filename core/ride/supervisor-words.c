/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/ride/supervisor: its states in words, and why a command is refused in each. */
#include "core/ride/supervisor.h"

#include <stddef.h>

const char *supervisor_state_name(enum supervisor_state state) {
        static const char *const names[N_STATES] = {
                [STATE_HOST] = "host",           [STATE_PREFLIGHT] = "preflight",
                [STATE_LENDING] = "lending",     [STATE_STARTING] = "starting",
                [STATE_GUEST] = "guest",         [STATE_PAUSED] = "paused",
                [STATE_PAUSING] = "pausing",     [STATE_RESUMING] = "resuming",
                [STATE_STOPPING] = "stopping",   [STATE_RESTARTING] = "restarting",
                [STATE_RETURNING] = "returning", [STATE_UNDOING] = "returning",
                [STATE_STRANDED] = "failed",     [STATE_FAILED] = "failed",
        };

        return names[state];
}

static const char running[] = "is already running; end it with 'pillion stop' first";
static const char being_started[] = "is being started; wait until it runs";
static const char is_started[] = "is already being started";
static const char restarted[] = "is being restarted; wait until it runs";
static const char not_running[] = "is not running";
static const char shutting_down[] = "is shutting down";
static const char startable[] = "is not running; start it with 'pillion start'";
static const char going_back[] =
        "is gone, and its hardware is on its way back to the host; start it when that is over";

static const char *const refused_starts[N_STATES] = {
        [STATE_PREFLIGHT] = is_started,
        [STATE_LENDING] = is_started,
        [STATE_STARTING] = is_started,
        [STATE_GUEST] = running,
        [STATE_PAUSED] = running,
        [STATE_PAUSING] = running,
        [STATE_RESUMING] = running,
        [STATE_STOPPING] = "is shutting down; start it again when it has stopped",
        [STATE_RESTARTING] = restarted,
        [STATE_RETURNING] = going_back,
        [STATE_UNDOING] = going_back,
};

static const char *const refused_stops[N_STATES] = {
        [STATE_HOST] = not_running,
        [STATE_STARTING] = "is still being started; wait, or use 'pillion stop --force'",
        [STATE_PAUSED] = "is paused and cannot shut itself down; let it go on with 'pillion resume', or use "
                         "'pillion stop --force'",
        [STATE_PAUSING] = "is being paused; wait, or use 'pillion stop --force'",
        [STATE_RESUMING] = "is being resumed; wait, or use 'pillion stop --force'",
        [STATE_STOPPING] = "has been asked to shut down already; wait, or use 'pillion stop --force'",
};

static const char *const refused_restarts[N_STATES] = {
        [STATE_HOST] = startable,
        [STATE_PREFLIGHT] = being_started,
        [STATE_LENDING] = being_started,
        [STATE_STARTING] = being_started,
        [STATE_PAUSED] = "is paused and cannot shut itself down; let it go on with 'pillion resume' first",
        [STATE_PAUSING] = "is being paused; let it go on with 'pillion resume' first",
        [STATE_RESUMING] = "is being resumed; wait until it runs",
        [STATE_STOPPING] = "is shutting down; start it again when it has stopped",
        [STATE_RESTARTING] = "is being restarted already",
        [STATE_RETURNING] = going_back,
        [STATE_UNDOING] = going_back,
        [STATE_STRANDED] = startable,
        [STATE_FAILED] = startable,
};

static const char *const refused_pauses[N_STATES] = {
        [STATE_HOST] = not_running,
        [STATE_PREFLIGHT] = being_started,
        [STATE_LENDING] = being_started,
        [STATE_STARTING] = being_started,
        [STATE_PAUSED] = "is paused already",
        [STATE_PAUSING] = "is being paused already",
        [STATE_RESUMING] = "is being resumed; wait until it runs",
        [STATE_STOPPING] = shutting_down,
        [STATE_RESTARTING] = restarted,
        [STATE_RETURNING] = not_running,
        [STATE_UNDOING] = not_running,
        [STATE_STRANDED] = not_running,
        [STATE_FAILED] = not_running,
};

static const char *const refused_resumes[N_STATES] = {
        [STATE_HOST] = not_running,
        [STATE_PREFLIGHT] = being_started,
        [STATE_LENDING] = being_started,
        [STATE_STARTING] = being_started,
        [STATE_GUEST] = "is not paused",
        [STATE_PAUSING] = "is being paused; wait until it is",
        [STATE_RESUMING] = "is being resumed already",
        [STATE_STOPPING] = shutting_down,
        [STATE_RESTARTING] = restarted,
        [STATE_RETURNING] = not_running,
        [STATE_UNDOING] = not_running,
        [STATE_STRANDED] = not_running,
        [STATE_FAILED] = not_running,
};

const char *supervisor_refusal(enum supervisor_state state, enum supervisor_event event) {
        const char *reason = (event == EVENT_START     ? refused_starts
                              : event == EVENT_RESTART ? refused_restarts
                              : event == EVENT_PAUSE   ? refused_pauses
                              : event == EVENT_RESUME  ? refused_resumes
                                                       : refused_stops)[state];

        return reason ? reason : "cannot do that now";
}
