/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/plan-print.h"

#include <inttypes.h>
#include <time.h>

#define USEC_PER_SEC 1000000

/* How long STEP took when it was last done, or undone; 0: not known. */
static uint64_t took(const struct loan *last, const struct step *step, bool undo) {
        for (size_t i = 0; last && i < last->n_steps; i++) {
                const struct loan_step *then = &last->steps[i];

                if (then->step.kind == step->kind && strcmp(then->step.target, step->target) == 0)
                        return undo ? then->undo_usec : then->apply_usec;
        }
        return 0;
}

static void format_span(char *text, size_t size, uint64_t usec) {
        if (usec >= USEC_PER_SEC)
                snprintf(text, size, "%.1f s", (double)usec / USEC_PER_SEC);
        else
                snprintf(text, size, "%" PRIu64 " ms", (usec + 500) / 1000);
}

/* Whether nothing is done that way: of two hooks only one is set, the desktop may stay, what is pruned is
 * gone. */
static bool does_nothing(const struct step *step, bool undo) {
        if (step->kind == STEP_HOOK_OUTER || step->kind == STEP_HOOK_INNER)
                return !words_get(&step->told, undo ? "undo-arg" : "apply-arg");
        if (step->kind == STEP_PRUNE && undo)
                return true;
        return step->kind == STEP_DESKTOP && undo && words_is(&step->told, "return", "no");
}

static uint64_t print_step(FILE *out, unsigned number, const struct step *step, bool undo,
                           const struct loan *last) {
        uint64_t usec = took(last, step, undo);
        char text[300], span[32] = "";

        step_describe(step, undo, text, sizeof(text));
        if (does_nothing(step, undo)) {
                fprintf(out, "  %3u  (%s: no)\n", number, text);
                return 0;
        }
        if (usec > 0)
                format_span(span, sizeof(span), usec);
        if (step->optional)
                snprintf(text + strlen(text), sizeof(text) - strlen(text), ", if possible");
        fprintf(out, "  %3u  %-*s%s%s\n", number, *span ? 58 : 0, text, *span ? " " : "", span);
        return usec;
}

static void print_sum(FILE *out, uint64_t usec) {
        char span[32];

        if (usec == 0)
                return;
        format_span(span, sizeof(span), usec);
        fprintf(out, "       %-58s %s\n", "together, last time", span);
}

static void print_list(FILE *out, const char *title, char *const *list) {
        if (!list || !*list)
                return;
        fprintf(out, "\n%s\n", title);
        for (; *list; list++)
                fprintf(out, "  - %s\n", *list);
}

static void print_refusals(FILE *out, const struct plan *plan) {
        if (plan->n_refusals == 0)
                return;
        fputs("\nIt cannot be done now:\n", out);
        for (size_t i = 0; i < plan->n_refusals; i++)
                fprintf(out, "  ! %s\n      %s\n", plan->refusals[i].blocker, plan->refusals[i].remedy);
}

static void print_functions(FILE *out, const struct plan_view *view) {
        for (char **address = view->plan->functions; *address; address++) {
                const struct inventory_function *function = inventory_find(view->inventory, *address);

                fprintf(out, "  %s  %s%s%s\n", *address, function->name,
                        *function->driver ? ", now with " : "", function->driver);
        }
}

void plan_print(FILE *out, const struct plan_view *view) {
        const struct plan *plan = view->plan;
        uint64_t sum = 0;

        fprintf(out, "For the guest %s, by %s:\n", view->profile->domain,
                *view->profile->path ? view->profile->path : "what its definition says alone");
        print_functions(out, view);
        print_refusals(out, plan);
        if (plan->n_steps > 0)
                fprintf(out, "\nWhat %s:\n",
                        plan->n_refusals > 0 ? "would be done if it could" : "would be done");
        for (size_t i = 0; i < plan->n_steps; i++)
                sum += print_step(out, (unsigned)i + 1, &plan->steps[i], false, view->last);
        print_sum(out, sum);
        print_list(out, "To be aware of:", plan->warnings);
        print_list(out, "What could not be seen:", view->unseen);
}

static void print_state(FILE *out, const struct loan *open, bool rebooted) {
        const struct loan_step *stuck = loan_stuck(open);
        time_t time = (time_t)(open->time / USEC_PER_SEC);
        char when[40] = "";
        struct tm tm;

        if (localtime_r(&time, &tm))
                strftime(when, sizeof(when), "%F %H:%M", &tm);
        fprintf(out, "For the guest %s, by the profile %s, since %s: %s\n", open->domain, open->profile, when,
                loan_phase_name(open->phase));
        if (rebooted)
                fputs("The machine was started anew since: of what was done, only this is left.\n", out);
        if (stuck)
                fprintf(out, "  ! step %u is stuck: %s\n", stuck->number, stuck->reason ? stuck->reason : "");
}

void plan_print_return(FILE *out, const struct loan *open, const struct loan *last, bool rebooted) {
        uint64_t sum = 0;
        unsigned number = 0;

        print_state(out, open, rebooted);
        fputs("\nWhat would be done:\n", out);
        for (size_t i = open->n_steps; i > 0; i--) {
                const struct loan_step *step = &open->steps[i - 1];

                if (loan_step_is_open(step) && (!rebooted || step_is_persistent(&step->step)))
                        sum += print_step(out, ++number, &step->step, true, last);
        }
        if (number == 0)
                fputs("       nothing: all is as it was\n", out);
        print_sum(out, sum);
}
