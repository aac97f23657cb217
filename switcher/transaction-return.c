/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Back, in whatever state the loan was left, by us or by one who is dead. */
#include "core/log.h"
#include "switcher/transaction-internal.h"

static int look_at_boot(struct transaction *t) {
        char boot[LOAN_BOOT_SIZE];
        int r;

        r = journal_boot(boot);
        if (r >= 0)
                t->other_boot = strcmp(boot, transaction_loan(t)->boot) != 0;
        return r;
}

/* What END says. */
static void describe_end(const struct transaction *t, char *text, size_t size) {
        const struct loan *loan = transaction_loan(t);
        const char *damage = journal_damage(t->journal) > 0 ? ", as far as its damaged journal told" : "";

        if (t->other_boot)
                snprintf(text, size, "the host went down while %s%s", loan_phase_name(loan->phase), damage);
        else
                snprintf(text, size, "%s%s", loan->was_lent ? "returned" : "undone", damage);
}

static void tell_begin(const struct transaction *t) {
        struct progress *progress = t->options->progress;
        const struct loan *loan = transaction_loan(t);

        if (journal_damage(t->journal) > 0)
                progress_tell(
                        progress, LOG_ERR,
                        "Line %zu of the journal in %s is damaged: what it said is lost, so look at what is "
                        "not named below",
                        journal_damage(t->journal), t->options->directory);
        if (t->other_boot)
                progress_report(progress, LOG_WARNING, MESSAGE_HOST_WENT_DOWN,
                                "The host went down while %s %s; only what outlives a boot is to be undone",
                                loan->profile,
                                loan->phase == LOAN_LENT ? "was lent" : "was being lent or returned");
}

/* Whether there is anything that may be touched now. */
static bool is_any_free(const struct transaction *t) {
        const struct loan *loan = transaction_loan(t);

        for (size_t i = 0; i < loan->n_steps; i++)
                if (loan_step_is_open(&loan->steps[i]) && !transaction_is_frozen(t, &loan->steps[i].step) &&
                    !transaction_is_last(&loan->steps[i].step))
                        return true;
        return false;
}

static enum switch_status refuse(struct transaction *t, const struct loan_step *hanging) {
        char text[1200];

        transaction_describe_hanging(t, hanging, text, sizeof(text));
        progress_report(t->options->progress, LOG_ERR, MESSAGE_STEP_STUCK, "Nothing was done: %s", text);
        progress_enter(t->options->progress, PROGRESS_STUCK, text);
        return SWITCH_REFUSED;
}

static enum switch_status give_back(struct transaction *t) {
        const struct loan_step *hanging;
        char how[200];

        transaction_end_others(t);
        hanging = transaction_hanging(t);
        if (hanging && !is_any_free(t))
                return refuse(t, hanging);
        describe_end(t, how, sizeof(how));
        tell_begin(t);
        return transaction_undo(t, how) ? SWITCH_DONE : SWITCH_STUCK;
}

enum switch_status transaction_return(const struct transaction_options *options) {
        struct transaction t = { .options = options };
        enum switch_status status;
        int r;

        r = journal_open(&t.journal, options->directory);
        if (r == -ENOENT) {
                progress_enter(options->progress, PROGRESS_HOST, NULL);
                return SWITCH_DONE;
        }
        if (r >= 0)
                r = look_at_boot(&t);
        if (r < 0) {
                progress_tell(options->progress, LOG_ERR,
                              "Nothing was done: the journal in %s cannot be read: %s", options->directory,
                              r == -EBADMSG ? "its first line is damaged; look at the host, then move it away"
                                            : strerror(-r));
                journal_free(t.journal);
                return SWITCH_STUCK;
        }
        journal_watch(t.journal, options->watch, options->userdata);
        status = give_back(&t);
        journal_free(t.journal);
        return status;
}
