/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* switcher/transaction: what lending and giving back have in common. */
#include "switcher/runner.h"
#include "switcher/transaction.h"

struct transaction {
        const struct transaction_options *options;
        struct journal *journal;
        bool warned;      /* that the journal cannot be written */
        bool told;        /* about a signal */
        bool undoing;     /* so a signal changes nothing */
        bool other_boot;  /* the loan was begun in */
        char cause[1200]; /* the first failure; "" */
};

static inline const struct loan *transaction_loan(const struct transaction *t) {
        return journal_loan(t->journal);
}

/* MADE is what record_make_…() of RECORD returned; it is released. A failure is told, and else survived. */
void transaction_note(struct transaction *t, int made, struct record *record);

/* The job of STEP with what is common to all. */
struct runner_job transaction_job(struct transaction *t, const struct step *step);
void transaction_on_interrupt(void *userdata);

/* One step, with one more try. False: it is not undone. */
bool transaction_undo_step(struct transaction *t, unsigned number);
/* All that is open, waiting for what hangs. The journal is finished if nothing is left: then true. HOW is
 * what END says. */
bool transaction_undo(struct transaction *t, const char *how);

/* Whether STEP must not be touched, because a process hangs in it, or in another of the same device. */
bool transaction_is_frozen(const struct transaction *t, const struct step *step);
/* Undone when all others are, and not while one has to wait: it tells that all is as it was. */
static inline bool transaction_is_last(const struct step *step) {
        return step->kind == STEP_HOOK_OUTER;
}
/* The first step that a process hangs in; NULL: none. */
const struct loan_step *transaction_hanging(const struct transaction *t);
/* Those who worked for whoever was here before us are ended; if one cannot be, its step is noted as stuck. */
void transaction_end_others(struct transaction *t);
/* Waits until nothing hangs. False: a signal came. */
bool transaction_wait(struct transaction *t);
/* What hangs, who is to blame, and what not to do; for people. */
void transaction_describe_hanging(const struct transaction *t, const struct loan_step *step, char *text,
                                  size_t size);
