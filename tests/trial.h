/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/trial: a step as it goes through the journal, and the calls of its type, below the folder of
 * tests/root.h.
 */
#include "switcher/steps.h"
#include "tests/root.h"

struct trial {
        struct step step;
        struct words state, result;
        bool lent; /* as undo() is told */
        char problem[600];
};

/* TOLD: pairs of keys and values, NULL-terminated. */
static inline struct trial trial_of(enum step_kind kind, const char *target, const char *const *told) {
        struct trial trial = { .step = { .kind = kind, .target = strdup(target) } };

        for (; told && told[0]; told += 2)
                CHECK_EQ(words_add(&trial.step.told, told[0], told[1]), 0);
        return trial;
}

static inline void trial_done(struct trial *trial) {
        step_done(&trial->step);
        words_done(&trial->state);
        words_done(&trial->result);
}

static inline int trial_call(struct trial *trial, int (*call_it)(struct step_call *), struct words *ret) {
        struct step_call call = { .step = &trial->step,
                                  .root = root_path,
                                  .profile = "win10",
                                  .state = &trial->state,
                                  .result = &trial->result,
                                  .lent = trial->lent,
                                  .ret = ret };
        int r = call_it(&call);

        memcpy(trial->problem, call.problem, sizeof(trial->problem));
        return r;
}

static inline int trial_observe(struct trial *trial) {
        words_done(&trial->state);
        return trial_call(trial, step_types[trial->step.kind]->observe, &trial->state);
}

/* Its result is kept only if it comes to its end. */
static inline int trial_apply(struct trial *trial) {
        struct words result = { 0 };
        int r = trial_call(trial, step_types[trial->step.kind]->apply, &result);

        if (r >= 0) {
                words_done(&trial->result);
                trial->result = result;
        } else {
                words_done(&result);
        }
        return r;
}

static inline int trial_undo(struct trial *trial) {
        return trial_call(trial, step_types[trial->step.kind]->undo, NULL);
}
