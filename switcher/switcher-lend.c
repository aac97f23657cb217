/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a profile to a loan. */
#include "core/log.h"
#include "switcher/facts.h"
#include "switcher/plan.h"
#include "switcher/switcher-internal.h"

/* Why a loan that is neither here nor there is in the way. */
static enum switch_status refuse_unfinished(struct switcher *switcher, const struct loan *loan) {
        const struct transaction_options options = switcher_options(switcher);
        char text[1200];

        if (!switcher_is_of_other_boot(loan) && transaction_is_stuck(&options, loan, text, sizeof(text)))
                return switcher_refuse(switcher, "%s", text);
        return switcher_refuse(switcher,
                               "'%s' was not wholly lent or given back; 'pillion-switch restore' does that",
                               loan->profile);
}

/* SWITCH_DONE: this very loan is there already; SWITCH_USAGE: none is. */
static enum switch_status look_at_present(struct switcher *switcher, const char *profile) {
        _cleanup_(loan_freep) struct loan *loan = NULL;
        size_t damage = 0;
        int r = journal_read(&loan, JOURNAL_DIRECTORY, &damage);

        if (r == -ENOENT)
                return SWITCH_USAGE;
        if (r < 0 || damage > 0)
                return switcher_refuse(switcher,
                                       "the journal of another loan is damaged: 'pillion-switch restore'");
        if (loan->phase != LOAN_LENT || switcher_is_of_other_boot(loan))
                return refuse_unfinished(switcher, loan);
        if (strcmp(loan->profile, profile) != 0)
                return switcher_refuse(switcher, "'%s' is lent; 'pillion-switch return %s' gives it back",
                                       loan->profile, loan->profile);
        progress_enter(switcher->progress, PROGRESS_LENT, NULL);
        progress_tell(switcher->progress, LOG_INFO, "'%s' is lent already", profile);
        return SWITCH_DONE;
}

static enum switch_status judge(struct switcher *switcher, const struct plan *plan, char *const *unseen) {
        for (; *unseen; unseen++)
                progress_tell(switcher->progress, LOG_WARNING, "Could not be seen: %s", *unseen);
        for (char *const *warning = plan->warnings; warning && *warning; warning++)
                progress_tell(switcher->progress, LOG_WARNING, "%s", *warning);
        for (size_t i = 0; i < plan->n_refusals; i++)
                (void)switcher_refuse(switcher, "%s: %s", plan->refusals[i].blocker,
                                      plan->refusals[i].remedy);
        return plan->n_refusals > 0 ? SWITCH_REFUSED : SWITCH_DONE;
}

static enum switch_status carry_out(struct switcher *switcher, const struct profile *profile,
                                    const struct plan *plan) {
        const struct transaction_options options = switcher_options(switcher);
        char boot[LOAN_BOOT_SIZE];
        struct record_begin begin = {
                .profile = profile->name,
                .domain = profile->domain,
                .uri = profile->uri,
                .boot = boot,
                .time = progress_clock(),
                .steps = (unsigned)plan->n_steps,
        };
        int r = journal_boot(boot);

        if (r < 0)
                return switcher_refuse(switcher, "this boot has no id: %s", strerror(-r));
        return transaction_lend(&options, &begin, plan->steps);
}

enum switch_status switcher_lend(struct switcher *switcher, const struct profile *profile) {
        _cleanup_(facts_freep) struct facts *facts = NULL;
        _cleanup_(plan_freep) struct plan *plan = NULL;
        enum switch_status status = look_at_present(switcher, profile->name);
        int r;

        if (status != SWITCH_USAGE)
                return status;
        r = facts_gather(&facts, profile);
        if (r >= 0)
                r = plan_make(&plan, &facts->plan);
        if (r < 0)
                return switcher_refuse(switcher, "what there is to lend cannot be seen: %s", strerror(-r));
        status = judge(switcher, plan, facts->unseen);
        return status == SWITCH_DONE ? carry_out(switcher, profile, plan) : status;
}

static void print_steps(const struct step *steps, size_t n, bool back) {
        char text[300];

        for (size_t i = 0; i < n; i++) {
                step_describe(&steps[back ? n - 1 - i : i], back, text, sizeof(text));
                printf("%3zu  %s%s\n", i + 1, text,
                       steps[back ? n - 1 - i : i].optional ? " (optional)" : "");
        }
}

static enum switch_status print_plan(const struct plan *plan, char *const *unseen, bool back) {
        for (; *unseen; unseen++)
                printf("could not be seen: %s\n", *unseen);
        for (char *const *warning = plan->warnings; warning && *warning; warning++)
                printf("warning: %s\n", *warning);
        for (size_t i = 0; i < plan->n_refusals; i++)
                printf("refused: %s: %s\n", plan->refusals[i].blocker, plan->refusals[i].remedy);
        print_steps(plan->steps, plan->n_steps, back);
        return plan->n_refusals > 0 ? SWITCH_REFUSED : SWITCH_DONE;
}

/* What the journal says is to be undone. */
static void print_return(const struct loan *loan) {
        unsigned n = 0;
        char text[300];

        for (size_t i = loan->n_steps; i-- > 0;) {
                if (!loan_step_is_open(&loan->steps[i]))
                        continue;
                step_describe(&loan->steps[i].step, true, text, sizeof(text));
                printf("%3u  %s\n", ++n, text);
        }
}

enum switch_status switcher_print_plan(const struct profile *profile, bool back) {
        _cleanup_(facts_freep) struct facts *facts = NULL;
        _cleanup_(plan_freep) struct plan *plan = NULL;
        _cleanup_(loan_freep) struct loan *loan = NULL;
        int r;

        if (back && journal_read(&loan, JOURNAL_DIRECTORY, NULL) >= 0 &&
            strcmp(loan->profile, profile->name) == 0) {
                print_return(loan);
                return SWITCH_DONE;
        }
        r = facts_gather(&facts, profile);
        if (r >= 0)
                r = plan_make(&plan, &facts->plan);
        if (r < 0) {
                log_errno(r, "What there is to lend cannot be seen: %m");
                return SWITCH_REFUSED;
        }
        return print_plan(plan, facts->unseen, back);
}
