/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/plan-internal.h"

#include <stdarg.h>

#include "core/argv.h"

/* Appends TEXT, which is taken over, to a NULL-terminated list of N. */
static int append(char ***list, size_t n, char *text) {
        char **grown = reallocarray(*list, n + 2, sizeof(*grown));

        if (grown)
                *list = grown;
        if (!grown || !text) {
                free(text);
                return -ENOMEM;
        }
        grown[n] = text;
        grown[n + 1] = NULL;
        return 0;
}

__attribute__((format(printf, 1, 0))) static char *formatted(const char *format, va_list ap) {
        char *text;

        return vasprintf(&text, format, ap) < 0 ? NULL : text;
}

void planner_refuse(struct planner *planner, const char *format, ...) {
        struct plan *plan = planner->plan;
        struct plan_refusal refusal, *grown;
        va_list ap;

        va_start(ap, format);
        refusal = (struct plan_refusal){ .blocker = formatted(format, ap) };
        va_end(ap);
        grown = reallocarray(plan->refusals, plan->n_refusals + 1, sizeof(*grown));
        if (grown)
                plan->refusals = grown;
        if (!grown || !refusal.blocker) {
                free(refusal.blocker);
                planner->error = -ENOMEM;
                return;
        }
        grown[plan->n_refusals++] = refusal;
}

void planner_advise(struct planner *planner, const char *format, ...) {
        struct plan *plan = planner->plan;
        va_list ap;

        if (planner->error < 0)
                return;
        va_start(ap, format);
        plan->refusals[plan->n_refusals - 1].remedy = formatted(format, ap);
        va_end(ap);
        if (!plan->refusals[plan->n_refusals - 1].remedy)
                planner->error = -ENOMEM;
}

void planner_warn(struct planner *planner, const char *format, ...) {
        size_t n = 0;
        va_list ap;

        while (planner->plan->warnings[n])
                n++;
        va_start(ap, format);
        if (append(&planner->plan->warnings, n, formatted(format, ap)) < 0)
                planner->error = -ENOMEM;
        va_end(ap);
}

struct step *planner_step(struct planner *planner, enum step_kind kind, const char *target) {
        static struct step nowhere;
        struct plan *plan = planner->plan;
        struct step *grown = reallocarray(plan->steps, plan->n_steps + 1, sizeof(*grown));
        struct step step = { .kind = kind, .target = strdup(target) };

        if (grown)
                plan->steps = grown;
        if (!grown || !step.target) {
                free(step.target);
                planner->error = -ENOMEM;
                return &nowhere;
        }
        grown[plan->n_steps++] = step;
        return &grown[plan->n_steps - 1];
}

void planner_tell(struct planner *planner, struct step *step, const char *key, const char *format, ...) {
        _cleanup_free_ char *value = NULL;
        va_list ap;

        va_start(ap, format);
        value = formatted(format, ap);
        va_end(ap);
        if (planner->error < 0 || !value || words_add(&step->told, key, value) < 0)
                planner->error = -ENOMEM;
}

bool planner_lends(const struct planner *planner, const struct inventory_function *function) {
        for (size_t i = 0; i < planner->n_lent; i++)
                if (planner->lent[i] == function)
                        return true;
        return false;
}

bool planner_takes(const struct inventory_function *function) {
        return *function->driver && strcmp(function->driver, "vfio-pci") != 0;
}

bool planner_unloads(const struct planner *planner, const char *module) {
        for (size_t i = 0; i < planner->n_drivers; i++)
                for (char **name = planner->drivers[i].modules; name && *name; name++)
                        if (strcmp(*name, module) == 0)
                                return true;
        return false;
}

__attribute__((format(printf, 1, 2))) static char *text(const char *format, ...) {
        va_list ap;
        char *made;

        va_start(ap, format);
        made = formatted(format, ap);
        va_end(ap);
        return made;
}

static int name_places(struct planner *planner) {
        const struct profile *profile = planner->facts->profile;

        planner->profile =
                *profile->path ? strdup(profile->path) : text("/etc/pillion/%s.conf", profile->name);
        planner->where = profile->functions[0] ? text("'functions =' in %s", planner->profile)
                                               : text("the definition of %s ('virsh edit %s')",
                                                      profile->domain, profile->domain);
        return planner->profile && planner->where ? 0 : -ENOMEM;
}

static int name_lent(struct planner *planner) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < planner->n_lent; i++)
                r = append(&planner->plan->functions, i, strdup(planner->lent[i]->address));
        return r;
}

static void planner_done(struct planner *planner) {
        for (size_t i = 0; i < planner->n_drivers; i++)
                argv_free(planner->drivers[i].modules);
        free(planner->drivers);
        free(planner->lent);
        argv_free(planner->units);
        free(planner->where);
        free(planner->profile);
}

int plan_make(struct plan **ret, const struct plan_facts *facts) {
        _cleanup_(plan_freep) struct plan *plan = calloc(1, sizeof(*plan));
        _cleanup_(planner_done) struct planner planner = { .facts = facts, .plan = plan };

        if (!plan)
                return -ENOMEM;
        plan->warnings = calloc(1, sizeof(*plan->warnings));
        plan->functions = calloc(1, sizeof(*plan->functions));
        planner.lent = calloc(facts->inventory->n_functions + 1, sizeof(*planner.lent));
        planner.drivers = calloc(facts->inventory->n_functions + 1, sizeof(*planner.drivers));
        planner.units = calloc((facts->holders ? facts->holders->n : 0) + 1, sizeof(*planner.units));
        if (!plan->warnings || !plan->functions || !planner.lent || !planner.drivers || !planner.units)
                return -ENOMEM;
        if (name_places(&planner) < 0)
                return -ENOMEM;
        planner_choose_functions(&planner);
        planner_judge_functions(&planner);
        planner_choose_drivers(&planner);
        planner_judge_headless(&planner);
        planner_judge_holders(&planner);
        planner_judge_host(&planner);
        planner_judge_volumes(&planner);
        planner_add_steps(&planner);
        if (planner.error < 0 || name_lent(&planner) < 0)
                return -ENOMEM;
        *ret = steal_ptr(plan);
        return 0;
}

struct plan *plan_free(struct plan *plan) {
        if (!plan)
                return NULL;
        for (size_t i = 0; i < plan->n_steps; i++)
                step_done(&plan->steps[i]);
        for (size_t i = 0; i < plan->n_refusals; i++) {
                free(plan->refusals[i].blocker);
                free(plan->refusals[i].remedy);
        }
        free(plan->steps);
        free(plan->refusals);
        argv_free(plan->functions);
        argv_free(plan->warnings);
        free(plan);
        return NULL;
}
