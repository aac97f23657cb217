/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Forth. */
#include "core/log.h"
#include "switcher/transaction-internal.h"

struct applying {
        struct transaction *t;
        const struct step *step;
        unsigned number;
        struct runner_result result;
};

__attribute__((format(printf, 2, 3))) static void blame(struct transaction *t, const char *format, ...) {
        va_list ap;

        if (*t->cause)
                return;
        va_start(ap, format);
        vsnprintf(t->cause, sizeof(t->cause), format, ap);
        va_end(ap);
}

static bool signal_came(struct transaction *t) {
        return t->options->interrupt && interrupt_seen(t->options->interrupt);
}

/* Now it has been seen how things are: the last chance not to change them. */
static int on_ready(const struct words *state, const struct process *child, void *userdata) {
        struct applying *applying = userdata;
        const struct record_child who = { child->pid, child->start };
        struct record record;
        int r;

        if (signal_came(applying->t))
                return -EINTR;
        r = record_make_intent(&record, applying->number, applying->step, state, &who);
        if (r < 0)
                return r;
        r = journal_append(applying->t->journal, &record);
        record_done(&record);
        return r;
}

static void on_say(const char *text, void *userdata) {
        progress_say(((struct applying *)userdata)->t->options->progress, text);
}

static void on_interrupt(void *userdata) {
        transaction_on_interrupt(((struct applying *)userdata)->t);
}

static void note_failure(struct applying *applying) {
        const struct runner_result *result = &applying->result;
        struct record record;
        int made;

        if (result->outcome == RUNNER_STUCK && result->touched)
                made = record_make_stuck(&record, applying->number,
                                         &(struct record_child){ result->stuck.pid, result->stuck.start },
                                         result->problem);
        else
                made = record_make_failed(&record, applying->number, false, result->problem);
        transaction_note(applying->t, made, &record);
}

/* What is not on record as done is taken for failed: nothing is certain about it any more. */
static void note_success(struct applying *applying) {
        struct runner_result *result = &applying->result;
        struct record record;
        int r = record_make_done(&record, applying->number, result->usec, &result->words);

        if (r >= 0) {
                r = journal_append(applying->t->journal, &record);
                record_done(&record);
        }
        if (r >= 0)
                return;
        result->outcome = RUNNER_FAILED;
        snprintf(result->problem, sizeof(result->problem), "that it was done cannot be recorded: %s",
                 strerror(-r));
        note_failure(applying);
}

static void run(struct applying *applying) {
        struct transaction *t = applying->t;
        struct runner_job job = transaction_job(t, applying->step);

        job.on_ready = on_ready;
        job.on_say = on_say;
        job.on_interrupt = on_interrupt;
        job.userdata = applying;
        progress_begin(t->options->progress,
                       &(struct progress_step){ applying->step, false, applying->number,
                                                transaction_loan(t)->planned, job.type->apply_usec });
        runner_run(&applying->result, &job);
        if (applying->result.outcome == RUNNER_DONE)
                note_success(applying);
        else
                note_failure(applying);
}

/* An optional step that failed. If that cannot be undone, the return will try again; but if it hangs, we end.
 */
static bool put_back(struct transaction *t, unsigned number) {
        const struct loan_step *step;

        if (transaction_undo_step(t, number))
                return true;
        step = loan_find(transaction_loan(t), number);
        if (step->stuck)
                blame(t, "%s", step->reason);
        return !step->stuck;
}

/* False: lending is over. */
static bool lend_step(struct transaction *t, const struct step *step, unsigned number) {
        struct applying applying = { .t = t, .step = step, .number = number };
        struct runner_result *result = &applying.result;
        bool done, optional;
        char what[300];

        run(&applying);
        done = result->outcome == RUNNER_DONE;
        optional = !done && step->optional && result->outcome != RUNNER_STUCK && result->error != -EINTR;
        progress_end(t->options->progress, result->usec, done ? NULL : result->problem, optional);
        if (!done && !optional) {
                step_describe(step, false, what, sizeof(what));
                blame(t, "%s: %s", what, result->problem);
        }
        runner_result_done(result);
        return done || (optional && (!result->touched || put_back(t, number)));
}

static bool lend_all(struct transaction *t, const struct step *steps, unsigned n) {
        struct record record;
        int r;

        for (unsigned i = 0; i < n && !signal_came(t); i++)
                if (!lend_step(t, &steps[i], i + 1))
                        return false;
        if (signal_came(t))
                return false;
        r = record_make_lent(&record);
        if (r >= 0)
                r = journal_append(t->journal, &record);
        if (r < 0)
                blame(t, "that all is lent cannot be recorded: %s", strerror(-r));
        return r >= 0;
}

static enum switch_status take_back(struct transaction *t) {
        bool interrupted = signal_came(t);
        char how[1300];

        if (interrupted) {
                transaction_on_interrupt(t);
                t->cause[0] = '\0';
                blame(t, "interrupted by a signal");
        }
        snprintf(how, sizeof(how), "undone: %s", t->cause);
        if (!transaction_undo(t, how))
                return SWITCH_STUCK;
        progress_report(t->options->progress, LOG_ERR, MESSAGE_LENDING_FAILED,
                        "Nothing is lent, all is as it was: %s", t->cause);
        return interrupted ? SWITCH_INTERRUPTED : SWITCH_FAILED;
}

/* Before anything is done: what is missing from the program will not turn up half-way. */
static bool is_built_in(const struct transaction_options *options, const struct step *steps, unsigned n) {
        for (unsigned i = 0; i < n; i++)
                if (!options->types[steps[i].kind]) {
                        progress_report(options->progress, LOG_ERR, MESSAGE_SWITCH_REFUSED,
                                        "Nothing was done: steps of the kind %s are not built in",
                                        step_kind_name(steps[i].kind));
                        return false;
                }
        return true;
}

static int begin_journal(struct transaction *t, const struct record_begin *begin) {
        struct record record;
        int r = record_make_begin(&record, begin);

        if (r < 0)
                return r;
        r = journal_create(&t->journal, t->options->directory, &record);
        record_done(&record);
        if (r >= 0)
                journal_watch(t->journal, t->options->watch, t->options->userdata);
        return r;
}

static enum switch_status lend(struct transaction *t, const struct record_begin *begin,
                               const struct step *steps) {
        int r = begin_journal(t, begin);

        if (r < 0) {
                progress_report(t->options->progress, LOG_ERR, MESSAGE_SWITCH_REFUSED,
                                "Nothing was done: no journal can be begun in %s: %s", t->options->directory,
                                r == -EEXIST ? "there is one of a loan that is open" : strerror(-r));
                return SWITCH_REFUSED;
        }
        progress_enter(t->options->progress, PROGRESS_LENDING, NULL);
        if (!lend_all(t, steps, begin->steps))
                return take_back(t);
        progress_enter(t->options->progress, PROGRESS_LENT, NULL);
        return SWITCH_DONE;
}

enum switch_status transaction_lend(const struct transaction_options *options,
                                    const struct record_begin *begin, const struct step *steps) {
        struct transaction t = { .options = options };
        enum switch_status status;

        if (!is_built_in(options, steps, begin->steps))
                return SWITCH_REFUSED;
        status = lend(&t, begin, steps);
        journal_free(t.journal);
        return status;
}
