/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who has the lent devices open now, and so what lending them would take. */
#include "core/doctor/host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "switcher/watched.h"

#define SHOWN    12u
#define SESSIONS 16u

/* As the profile has it, and the desktop is now. */
struct rules {
        struct holder_rules rules;
        char *scopes[SESSIONS + 1];
        uid_t users[SESSIONS];
};

static void rules_init(struct rules *ret, const struct desktop *desktop, const struct profile *profile) {
        *ret = (struct rules){ .rules = { .display_manager = desktop ? desktop->display_manager : "",
                                          .units = profile ? profile->stop_units : NULL,
                                          .programs = profile ? profile->end_programs : NULL } };
        for (size_t i = 0; desktop && i < desktop->n_sessions && i < SESSIONS; i++) {
                ret->scopes[i] = desktop->sessions[i].scope;
                ret->users[ret->rules.n_graphical_users++] = desktop->sessions[i].uid;
        }
        ret->rules.graphical_scopes = ret->scopes;
        ret->rules.graphical_users = ret->users;
}

static const char *remedy_in_words(enum holder_remedy remedy) {
        switch (remedy) {
        case REMEDY_DISPLAY_MANAGER:
                return "the display manager is restarted to lend it";
        case REMEDY_SESSION:
                return "its session ends when it is lent";
        case REMEDY_UNIT:
                return "the unit is stopped while it is lent";
        case REMEDY_SOUND:
                return "it lets go when it is told that the card goes";
        case REMEDY_PROGRAM:
                return "it is ended";
        case REMEDY_GUEST:
                return "the guest runs";
        case REMEDY_NONE:
                return NULL;
        }
        return NULL;
}

static void judge_holder(struct doctor *doctor, const struct holder *holder,
                         const struct holder_rules *rules) {
        const char *words = remedy_in_words(holder_remedy(holder, rules));
        char text[400];

        holder_describe(holder, text, sizeof(text));
        if (words)
                doctor_say(doctor, DOCTOR_OK, "%s: %s", text, words);
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s\n"
                           "Nobody but you can close it: lending refuses until it is closed, or the "
                           "profile has it ended (end-programs = %s, stop-units = …, under [host])",
                           text, holder->program);
}

/* A process may have many nodes open. */
static bool is_first_of_process(const struct holders *holders, size_t n) {
        return n == 0 || holders->items[n - 1].pid != holders->items[n].pid;
}

static void predict(struct doctor *doctor, const struct desktop *desktop, bool restart) {
        if (!desktop)
                doctor_say(doctor, DOCTOR_OK,
                           "whether lending them restarts the display manager cannot be told: systemd does "
                           "not answer");
        else
                doctor_say(doctor, DOCTOR_OK, "lending them now %s the display manager",
                           restart ? "restarts" : "does not restart");
}

void doctor_judge_holders(struct doctor *doctor, const struct holders *holders, const struct desktop *desktop,
                          const struct profile *profile) {
        size_t shown = 0, more = 0;
        bool restart = false;
        struct rules rules;

        rules_init(&rules, desktop, profile);
        for (size_t i = 0; i < holders->n; i++) {
                restart |= holder_remedy(&holders->items[i], &rules.rules) == REMEDY_DISPLAY_MANAGER;
                if (!is_first_of_process(holders, i))
                        continue;
                if (shown++ < SHOWN)
                        judge_holder(doctor, &holders->items[i], &rules.rules);
                else
                        more++;
        }
        if (more > 0)
                doctor_say(doctor, DOCTOR_OK, "and %zu more processes", more);
        if (holders->unseen > 0)
                return doctor_say(
                        doctor, DOCTOR_OK,
                        "only root sees into %zu more processes, of the system's and of others': sudo "
                        "pillion doctor",
                        holders->unseen);
        if (holders->n == 0)
                doctor_say(doctor, DOCTOR_OK, "nobody has them open");
        predict(doctor, desktop, restart);
}

static int watch(struct watched **ret, const struct doctor_facts *facts, const struct doctor_host *host) {
        _cleanup_free_ char **functions = calloc(host->hardware->n_hostdevs + 1, sizeof(*functions));

        if (!functions)
                return -ENOMEM;
        for (size_t i = 0; i < host->hardware->n_hostdevs; i++)
                functions[i] = host->hardware->hostdevs[i].address;
        return watched_new(ret, host->inventory, facts->root, functions);
}

void doctor_check_holders(struct doctor *doctor, struct doctor_facts *facts) {
        _cleanup_(watched_freep) struct watched *watched = NULL; /* outlives the next */
        _cleanup_(holders_freep) struct holders *holders = NULL;
        struct doctor_host host = doctor_host(facts);
        char proc[300];
        int r;

        if (!facts->inventory || !host_lends_any(&host))
                return;
        snprintf(proc, sizeof(proc), "%s/proc", facts->root);
        r = watch(&watched, facts, &host);
        if (r >= 0)
                r = holders_look(&holders, proc, watched->nodes, watched->n);
        if (r < 0)
                doctor_say(doctor, DOCTOR_WARNING, "who has them open cannot be seen: %s", strerror(-r));
        else
                doctor_judge_holders(doctor, holders, facts->desktop, facts->profile);
}
