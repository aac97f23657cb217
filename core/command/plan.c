/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/plan.h"

#include <errno.h>
#include <string.h>

#include "core/argv.h"
#include "core/check.h"
#include "core/command/commands.h"
#include "core/command/fail.h"
#include "switcher/facts.h"
#include "switcher/journal.h"
#include "switcher/plan-print.h"

static void on_report(const char *message, void *userdata) {
        fprintf(stderr, "pillion: %s\n", message);
}

/* The guest of pillion.conf; NULL: none is configured. The caller's. */
static char *configured_guest(void) {
        _cleanup_(config_freep) struct config *config = check_load();

        return config && config->guest_domain ? strdup(config->guest_domain) : NULL;
}

static void ask_which(char *const *names) {
        fputs(*names ? "pillion: which profile? There are"
                     : "pillion: for which guest? There is no profile; name "
                       "a guest, or see 'pillion init'",
              stderr);
        for (; *names; names++)
                fprintf(stderr, " %s", *names);
        fputc('\n', stderr);
}

/* NULL: it is not known, which has been said. The caller's. */
static char *choose(void) {
        _cleanup_(argv_freep) char **names = NULL;
        _cleanup_free_ char *guest = configured_guest();
        char *name;
        int r;

        if (guest && profile_find(&name, PROFILE_DIRECTORY, guest, 0) >= 0)
                return name;
        if (guest)
                return strdup(guest);
        r = profile_list(&names, PROFILE_DIRECTORY);
        if (r < 0) {
                command_fail(PROFILE_DIRECTORY " cannot be read", r);
                return NULL;
        }
        if (names[0] && !names[1])
                return strdup(names[0]);
        ask_which(names);
        return NULL;
}

static int load(struct profile **ret, const char *name) {
        int r;

        if (!command_check_profile(name))
                return -EINVAL;
        r = profile_load(ret, PROFILE_DIRECTORY, name, 0, on_report, NULL);
        if (r != -ENOENT)
                return r;
        fprintf(stderr, "pillion: there is no " PROFILE_DIRECTORY "/%s.conf; 'pillion init %s' drafts one\n",
                name, name);
        return profile_default(ret, name);
}

static int lent_already(FILE *out, const struct loan *open) {
        fprintf(out,
                "The hardware is with the guest %s already, by the profile %s (%s).\n"
                "'pillion plan host' shows the way back.\n",
                open->domain, open->profile, loan_phase_name(open->phase));
        return EXIT_FAILED;
}

static int show(FILE *out, const struct profile *profile) {
        _cleanup_(loan_freep) struct loan *open = NULL;
        _cleanup_(loan_freep) struct loan *last = NULL;
        _cleanup_(facts_freep) struct facts *facts = NULL;
        _cleanup_(plan_freep) struct plan *plan = NULL;
        int r;

        r = journal_read(&open, JOURNAL_DIRECTORY, NULL);
        if (r >= 0)
                return lent_already(out, open);
        if (r != -ENOENT)
                return command_fail(JOURNAL_DIRECTORY "/switch.journal cannot be read", r);
        (void)journal_read_last(&last, JOURNAL_DIRECTORY);
        r = facts_gather(&facts, profile);
        if (r < 0)
                return command_fail("the hardware cannot be seen", r);
        r = plan_make(&plan, &facts->plan);
        if (r < 0)
                return command_fail("no plan can be made", r);
        plan_print(out, &(struct plan_view){ plan, profile, facts->inventory, last, facts->unseen });
        return plan->n_refusals == 0 ? EXIT_DONE : EXIT_FAILED;
}

int plan_command_lend(FILE *out, const char *name) {
        _cleanup_(profile_freep) struct profile *profile = NULL;
        _cleanup_free_ char *chosen = name ? strdup(name) : choose();

        return chosen && load(&profile, chosen) >= 0 ? show(out, profile) : EXIT_FAILED;
}

int plan_command_return(FILE *out) {
        _cleanup_(loan_freep) struct loan *open = NULL;
        _cleanup_(loan_freep) struct loan *last = NULL;
        char boot[LOAN_BOOT_SIZE];
        int r;

        r = journal_read(&open, JOURNAL_DIRECTORY, NULL);
        if (r == -ENOENT) {
                fputs("Nothing is lent.\n", out);
                return EXIT_DONE;
        }
        if (r < 0)
                return command_fail(JOURNAL_DIRECTORY "/switch.journal cannot be read", r);
        r = journal_boot(boot);
        if (r < 0)
                return command_fail("which boot this is cannot be seen", r);
        (void)journal_read_last(&last, JOURNAL_DIRECTORY);
        plan_print_return(out, open, last, strcmp(boot, open->boot) != 0);
        return EXIT_DONE;
}
