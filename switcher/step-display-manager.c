/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The display manager: stopped before the hardware changes, and started when it has; both ways, by two steps
 * that are each other's mirror. TARGET: its unit; told: end-sessions, yes if logind may end the sessions that
 * outlive it; the desktop's also return, no if undoing leaves it running.
 *
 * It is stopped when it has ended, and its sessions have, too: a Wayland session may well outlive it. Nothing
 * is killed here by its number.
 *
 * State: active, yes or no; session, one for each of its sessions.
 */
#include "switcher/sessions.h"
#include "switcher/steps.h"
#include "switcher/units.h"

#define SESSIONS_USEC  (15 * 1000000u) /* for their end once the display manager has ended */
#define TERMINATE_USEC (10 * 1000000u) /* once logind was told to end them */
#define STOP_USEC      (UNITS_JOB_USEC + SESSIONS_USEC + TERMINATE_USEC + 5000000)
#define START_USEC     (UNITS_JOB_USEC + 5000000)

static int observe(struct step_call *call) {
        _cleanup_(units_freep) struct units *units = NULL;
        int r;

        r = units_new(&units, call->problem, sizeof(call->problem));
        if (r < 0)
                return r;
        r = units_is_up(units, call->step->target);
        if (r < 0)
                return r;
        r = words_add(call->ret, "active", r > 0 ? "yes" : "no");
        return r < 0 ? r : sessions_find(units, call->step->target, call->ret);
}

static int end_sessions(struct step_call *call, struct units *units, const struct words *sessions) {
        char who[sizeof(call->problem)];
        int r;

        r = sessions_await_end(units, sessions, SESSIONS_USEC);
        if (r != -ETIMEDOUT)
                return r;
        if (!words_is(&call->step->told, "end-sessions", "yes")) {
                memcpy(who, call->problem, sizeof(who));
                return step_fail(
                        call, r,
                        "%.300s, though %.100s has ended: log out first, or set 'end-sessions = yes' in "
                        "the profile %s",
                        who, call->step->target, call->profile);
        }
        step_say(call, "%s, and is ended now", call->problem);
        r = sessions_terminate(units, sessions);
        return r < 0 ? r : sessions_await_end(units, sessions, TERMINATE_USEC);
}

/* One who has logged in since the last look counts, too. */
static int stop(struct step_call *call) {
        _cleanup_(units_freep) struct units *units = NULL;
        _cleanup_(words_done) struct words sessions = { 0 };
        int r;

        r = units_new(&units, call->problem, sizeof(call->problem));
        if (r < 0)
                return r;
        r = words_copy(&sessions, call->state);
        if (r < 0)
                return r;
        r = sessions_find(units, call->step->target, &sessions);
        if (r < 0)
                return r;
        r = units_stop(units, call->step->target, UNITS_JOB_USEC);
        return r < 0 ? r : end_sessions(call, units, &sessions);
}

static int start(struct step_call *call) {
        _cleanup_(units_freep) struct units *units = NULL;
        int r;

        r = units_new(&units, call->problem, sizeof(call->problem));
        return r < 0 ? r : units_start(units, call->step->target, UNITS_JOB_USEC);
}

static int undo_stop(struct step_call *call) {
        return words_is(call->state, "active", "yes") ? start(call) : 0;
}

static int undo_start(struct step_call *call) {
        bool was_up = words_is(call->state, "active", "yes");

        return was_up || words_is(&call->step->told, "return", "no") ? 0 : stop(call);
}

const struct step_type step_display_manager = { STOP_USEC, START_USEC, observe, stop, undo_stop };
const struct step_type step_desktop = { START_USEC, STOP_USEC, observe, start, undo_start };
