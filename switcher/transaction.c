/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What both ways have in common, and the way back. */
#include "switcher/transaction-internal.h"

#include "core/log.h"

void transaction_note(struct transaction *t, int made, struct record *record) {
        int r = made < 0 ? made : journal_note(t->journal, record);

        if (made >= 0)
                record_done(record);
        if (r < 0 && !t->warned)
                progress_tell(t->options->progress, LOG_ERR,
                              "The journal of this loan cannot be written (%s); going on without",
                              strerror(-r));
        t->warned |= r < 0;
}

void transaction_on_interrupt(void *userdata) {
        struct transaction *t = userdata;

        if (!t->told)
                progress_tell(t->options->progress, LOG_WARNING, "%s",
                              t->undoing ? "A signal came; going on, so that nothing is left half done"
                                         : "A signal came; what was done is undone when this step has ended");
        t->told = true;
}

static void on_say(const char *text, void *userdata) {
        const struct transaction *t = userdata;

        progress_say(t->options->progress, text);
}

struct runner_job transaction_job(struct transaction *t, const struct step *step) {
        return (struct runner_job){
                .step = step,
                .type = t->options->types[step->kind],
                .root = t->options->root,
                .profile = transaction_loan(t)->profile,
                .interrupt = t->options->interrupt,
                .on_say = on_say,
                .on_interrupt = transaction_on_interrupt,
                .userdata = t,
        };
}

struct undoing {
        struct transaction *t;
        unsigned number;
};

/* Undoing goes on although it cannot be put on record: whoever comes later does it again. */
static int on_undo_ready(const struct words *state, const struct process *child, void *userdata) {
        struct undoing *undoing = userdata;
        struct record record;

        transaction_note(undoing->t,
                         record_make_undo(&record, undoing->number,
                                          &(struct record_child){ child->pid, child->start }),
                         &record);
        return 0;
}

static void on_undo_say(const char *text, void *userdata) {
        on_say(text, ((struct undoing *)userdata)->t);
}

static void on_undo_interrupt(void *userdata) {
        transaction_on_interrupt(((struct undoing *)userdata)->t);
}

static void note_undone(struct transaction *t, unsigned number, const struct runner_result *result) {
        struct record record;
        int made;

        if (result->outcome == RUNNER_DONE)
                made = record_make_undone(&record, number, result->usec);
        else if (result->outcome == RUNNER_FAILED)
                made = record_make_failed(&record, number, true, result->problem);
        else
                made = record_make_stuck(&record, number,
                                         &(struct record_child){ result->stuck.pid, result->stuck.start },
                                         result->problem);
        transaction_note(t, made, &record);
}

/* Once. */
static enum runner_outcome try_undo(struct transaction *t, const struct loan_step *step) {
        struct undoing undoing = { t, step->number };
        struct runner_job job = transaction_job(t, &step->step);
        struct runner_result result;

        job.undo = true;
        job.state = &step->state;
        job.result = &step->result;
        job.lent = transaction_loan(t)->was_lent;
        job.on_ready = on_undo_ready;
        job.on_say = on_undo_say;
        job.on_interrupt = on_undo_interrupt;
        job.userdata = &undoing;
        progress_begin(t->options->progress,
                       &(struct progress_step){ &step->step, true, step->number, transaction_loan(t)->planned,
                                                job.type->undo_usec });
        runner_run(&result, &job);
        if (result.touched)
                note_undone(t, step->number, &result);
        progress_end(t->options->progress, result.usec, result.outcome == RUNNER_DONE ? NULL : result.problem,
                     false);
        runner_result_done(&result);
        return result.outcome;
}

bool transaction_undo_step(struct transaction *t, unsigned number) {
        const struct loan_step *step = loan_find(transaction_loan(t), number);
        enum runner_outcome outcome = RUNNER_FAILED;

        if (!t->options->types[step->step.kind]) {
                progress_tell(t->options->progress, LOG_ERR,
                              "Cannot undo a step of the kind %s: it is not built in",
                              step_kind_name(step->step.kind));
                return false;
        }
        for (int i = 0; i < 2 && outcome == RUNNER_FAILED; i++)
                outcome = try_undo(t, step);
        return outcome == RUNNER_DONE;
}

/* Of another boot the rest is void: the kernel that it was done to is gone. */
static bool is_void(const struct transaction *t, const struct loan_step *step) {
        return t->other_boot && !step_is_persistent(&step->step);
}

/*
 * Libvirt may take a function that it has not given back, whenever it likes; if the function had its driver
 * by then, that would be unbound from it without a look at who uses it.
 */
static bool is_kept(const struct transaction *t, const struct step *step) {
        const struct loan *loan = transaction_loan(t);

        for (size_t i = 0; i < loan->n_steps; i++)
                if (loan->steps[i].step.kind == STEP_VFIO && &loan->steps[i].step != step &&
                    loan->steps[i].phase == LOAN_STEP_UNDO_FAILED &&
                    loan_steps_touch(&loan->steps[i].step, step))
                        return true;
        return false;
}

/* Last step first. False: something hangs, and there is more to undo when it does no more. */
static bool undo_once(struct transaction *t) {
        bool all = true;

        for (size_t i = transaction_loan(t)->n_steps; i-- > 0;) {
                const struct loan_step *step = &transaction_loan(t)->steps[i];

                if (!loan_step_is_open(step) || is_void(t, step) || is_kept(t, &step->step))
                        continue;
                if (transaction_is_frozen(t, &step->step) || (!all && transaction_is_last(&step->step)))
                        all = false;
                else if (!transaction_undo_step(t, step->number) && step->stuck)
                        all = false;
        }
        return all;
}

static size_t count_left(const struct transaction *t) {
        const struct loan *loan = transaction_loan(t);
        size_t n = 0;

        for (size_t i = 0; i < loan->n_steps; i++)
                n += loan_step_is_open(&loan->steps[i]) && !is_void(t, &loan->steps[i]);
        return n;
}

static bool finish(struct transaction *t, const char *how) {
        int r = journal_finish(t->journal, how);

        if (r < 0)
                progress_tell(t->options->progress, LOG_ERR,
                              "All is undone, but the journal cannot be put away: %s", strerror(-r));
        progress_enter(t->options->progress, PROGRESS_HOST, t->cause);
        return r >= 0;
}

static bool give_up(struct transaction *t, size_t left) {
        const struct loan_step *hanging = transaction_hanging(t);
        char text[1200];

        if (hanging)
                transaction_describe_hanging(t, hanging, text, sizeof(text));
        else
                snprintf(text, sizeof(text),
                         "%zu %s could not be undone; see above, then run 'pillion-switch restore'", left,
                         left == 1 ? "step" : "steps");
        progress_report(t->options->progress, LOG_ERR, hanging ? MESSAGE_STEP_STUCK : MESSAGE_RETURN_FAILED,
                        "%s", text);
        progress_enter(t->options->progress, hanging ? PROGRESS_STUCK : PROGRESS_FAILED, text);
        return false;
}

bool transaction_undo(struct transaction *t, const char *how) {
        size_t left;

        t->undoing = true;
        progress_enter(t->options->progress, PROGRESS_RETURNING, t->cause);
        while (!undo_once(t) && transaction_wait(t))
                ;
        left = count_left(t);
        return left == 0 ? finish(t, how) : give_up(t, left);
}
