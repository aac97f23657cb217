/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps that hang in the kernel. Nothing can be done about one but to wait until whoever has the device open
 * closes it; then the process that we killed long ago dies, and the device may be touched again.
 */
#include "switcher/transaction-internal.h"

#include <poll.h>
#include <sys/wait.h>

#include "core/log.h"

#define LOOK_MSEC 2000 /* holders come and go without an event */

static struct process process_of(const struct loan_step *step) {
        return (struct process){ step->pid, step->start };
}

static bool hangs(const struct loan_step *step) {
        struct process process = process_of(step);

        return step->stuck && process_lingers(&process, NULL);
}

static const struct loan_step *find_hanging(const struct loan *loan) {
        for (size_t i = 0; i < loan->n_steps; i++)
                if (hangs(&loan->steps[i]))
                        return &loan->steps[i];
        return NULL;
}

const struct loan_step *transaction_hanging(const struct transaction *t) {
        return t->other_boot ? NULL : find_hanging(transaction_loan(t));
}

/* A black screen is the worst of all, and starting a display manager touches no device of ours. */
bool transaction_is_frozen(const struct transaction *t, const struct step *step) {
        const struct loan *loan = transaction_loan(t);

        for (size_t i = 0; i < loan->n_steps && !t->other_boot; i++)
                if (hangs(&loan->steps[i]) &&
                    (&loan->steps[i].step == step ||
                     (step->kind != STEP_DISPLAY_MANAGER && loan_steps_touch(&loan->steps[i].step, step))))
                        return true;
        return false;
}

static void describe(const struct transaction_options *options, const struct loan_step *step, char *text,
                     size_t size) {
        const struct process process = process_of(step);
        char what[300], who[120], holders[400] = "";

        step_describe(&step->step, step->phase == LOAN_STEP_UNDOING, what, sizeof(what));
        process_describe(&process, who, sizeof(who));
        if (options->describe_holders)
                options->describe_holders(&step->step, holders, sizeof(holders));
        snprintf(text, size,
                 "'%s' hangs in the kernel, in %s%s%s; do not reboot before that has ended: "
                 "a reboot would hang too",
                 what, who, *holders ? ", until this is closed: " : "", holders);
}

void transaction_describe_hanging(const struct transaction *t, const struct loan_step *step, char *text,
                                  size_t size) {
        describe(t->options, step, text, size);
}

bool transaction_is_stuck(const struct transaction_options *options, const struct loan *loan, char *text,
                          size_t size) {
        const struct loan_step *step = find_hanging(loan);

        if (step)
                describe(options, step, text, size);
        return step;
}

void transaction_end_others(struct transaction *t) {
        const struct loan *loan = transaction_loan(t);

        for (size_t i = 0; i < loan->n_steps && !t->other_boot; i++) {
                struct process process = process_of(&loan->steps[i]), left;
                struct record record;

                if (process.pid == 0 || !process_kill(&process, RUNNER_GRACE_USEC, &left) ||
                    loan->steps[i].stuck)
                        continue;
                transaction_note(t,
                                 record_make_stuck(&record, loan->steps[i].number,
                                                   &(struct record_child){ left.pid, left.start },
                                                   "it hung in the kernel when pillion-switch was ended"),
                                 &record);
        }
}

/* Until the process dies, a signal comes, or it is time to look anew. */
static void wait_once(const struct transaction *t, const struct loan_step *step) {
        const struct process process = process_of(step);
        _cleanup_close_ int fd = process_open(&process);
        struct pollfd fds[] = {
                { .fd = fd, .events = POLLIN },
                { .fd = t->options->interrupt ? interrupt_fd(t->options->interrupt) : -1, .events = POLLIN },
        };

        if (fd >= 0)
                (void)poll(fds, 2, LOOK_MSEC);
        (void)waitpid(process.pid, NULL, WNOHANG); /* if it was a child of ours */
}

static bool signal_came(const struct transaction *t) {
        return t->options->interrupt && interrupt_seen(t->options->interrupt);
}

bool transaction_wait(struct transaction *t) {
        const struct loan_step *step;
        char text[1200], last[1200] = "";

        while ((step = transaction_hanging(t))) {
                transaction_describe_hanging(t, step, text, sizeof(text));
                if (strcmp(text, last) != 0) {
                        progress_report(t->options->progress, LOG_WARNING, MESSAGE_STEP_STUCK, "%s", text);
                        progress_enter(t->options->progress, PROGRESS_STUCK, text);
                        strcpy(last, text);
                }
                if (signal_came(t))
                        return false;
                progress_wait((uint64_t)LOOK_MSEC * 1000);
                wait_once(t, step);
        }
        progress_enter(t->options->progress, PROGRESS_RETURNING, t->cause);
        return true;
}
