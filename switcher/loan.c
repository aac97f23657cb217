/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/loan.h"

int loan_new(struct loan **ret) {
        struct loan *loan = calloc(1, sizeof(*loan));

        if (!loan)
                return -ENOMEM;
        *ret = loan;
        return 0;
}

static void loan_step_done(struct loan_step *step) {
        step_done(&step->step);
        words_done(&step->state);
        words_done(&step->result);
        free(step->reason);
}

struct loan *loan_free(struct loan *loan) {
        if (!loan)
                return NULL;
        for (size_t i = 0; i < loan->n_steps; i++)
                loan_step_done(&loan->steps[i]);
        free(loan->steps);
        free(loan->profile);
        free(loan->domain);
        free(loan->uri);
        free(loan->reason);
        free(loan->how);
        free(loan);
        return NULL;
}

const struct loan_step *loan_find(const struct loan *loan, unsigned number) {
        for (size_t i = 0; i < loan->n_steps; i++)
                if (loan->steps[i].number == number)
                        return &loan->steps[i];
        return NULL;
}

const struct loan_step *loan_stuck(const struct loan *loan) {
        for (size_t i = 0; i < loan->n_steps; i++)
                if (loan->steps[i].stuck)
                        return &loan->steps[i];
        return NULL;
}

bool loan_is_lending(const struct loan *loan) {
        return loan->phase == LOAN_LENDING && !loan_stuck(loan);
}

bool loan_step_is_open(const struct loan_step *step) {
        return step->phase != LOAN_STEP_UNDONE;
}

size_t loan_open_steps(const struct loan *loan) {
        size_t n = 0;

        for (size_t i = 0; i < loan->n_steps; i++)
                n += loan_step_is_open(&loan->steps[i]);
        return n;
}

/* Whether STEP is done to DEVICE. */
static bool touches(const struct step *step, const char *device) {
        if (*device && strcmp(step->target, device) == 0)
                return true;
        for (size_t i = 0; i < step->told.n; i++)
                if (strcmp(step->told.items[i].key, "function") == 0 &&
                    strcmp(step->told.items[i].value, device) == 0)
                        return true;
        return false;
}

bool loan_steps_touch(const struct step *a, const struct step *b) {
        if (touches(a, b->target))
                return true;
        for (size_t i = 0; i < b->told.n; i++)
                if (strcmp(b->told.items[i].key, "function") == 0 && touches(a, b->told.items[i].value))
                        return true;
        return false;
}

const char *loan_phase_name(enum loan_phase phase) {
        static const char *const names[] = {
                [LOAN_LENDING] = "lending",
                [LOAN_LENT] = "lent",
                [LOAN_RETURNING] = "returning",
                [LOAN_ENDED] = "ended",
        };

        return names[phase];
}
