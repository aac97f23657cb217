/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A unit that holds the device, or would: stopped while the device is lent. TARGET: its name.
 *
 * State: active, yes or no.
 */
#include "switcher/steps.h"
#include "switcher/units.h"

static int observe(struct step_call *call) {
        _cleanup_(units_freep) struct units *units = NULL;
        int r;

        r = units_new(&units, call->problem, sizeof(call->problem));
        if (r < 0)
                return r;
        r = units_is_up(units, call->step->target);
        return r < 0 ? r : words_add(call->ret, "active", r > 0 ? "yes" : "no");
}

static int apply(struct step_call *call) {
        _cleanup_(units_freep) struct units *units = NULL;
        int r;

        r = units_new(&units, call->problem, sizeof(call->problem));
        return r < 0 ? r : units_stop(units, call->step->target, UNITS_JOB_USEC);
}

static int undo(struct step_call *call) {
        _cleanup_(units_freep) struct units *units = NULL;
        int r;

        if (!words_is(call->state, "active", "yes"))
                return 0;
        r = units_new(&units, call->problem, sizeof(call->problem));
        return r < 0 ? r : units_start(units, call->step->target, UNITS_JOB_USEC);
}

const struct step_type step_unit = { UNITS_JOB_USEC + 5000000, UNITS_JOB_USEC + 5000000, observe, apply,
                                     undo };
