/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who has the devices open, and whether they may be made to let go. */
#include "switcher/plan-internal.h"

static bool matters(const struct planner *planner, const struct holder *holder) {
        const struct inventory_function *function = inventory_find(planner->facts->inventory, holder->device);

        return function && planner_lends(planner, function);
}

bool planner_has_display_manager(const struct planner *planner) {
        const struct desktop *desktop = planner->facts->desktop;

        return desktop && desktop->active && *desktop->display_manager;
}

static void refuse(struct planner *planner, const struct holder *holder) {
        char text[400];

        holder_describe(holder, text, sizeof(text));
        planner_refuse(planner, "%s", text);
}

/* The display manager takes its sessions with it; what is left of them may be ended if the profile says so.
 */
static void judge_desktop(struct planner *planner, const struct holder *holder) {
        bool there = planner_has_display_manager(planner);

        if (there && planner->facts->profile->display_manager != PROFILE_DESKTOP_KEEP) {
                planner->stop_desktop = true;
                return;
        }
        refuse(planner, holder);
        if (there)
                planner_advise(planner,
                               "close it or log out, or let the display manager be restarted: "
                               "'display-manager = auto' in %s",
                               planner->profile);
        else
                planner_advise(planner, "log out; no display manager has started this session, so that none "
                                        "could start it again");
}

/* One of X11 ends with its server; one of Wayland may outlive the display manager. */
static void judge_session(struct planner *planner, const struct holder *holder) {
        judge_desktop(planner, holder);
        if (planner->stop_desktop && !planner->facts->profile->end_sessions)
                planner_warn(
                        planner,
                        "%s holds %s of %s for a session; if that outlives the display manager, nothing is "
                        "lent: 'end-sessions = yes' in %s allows to end it",
                        holder->program, holder->node, holder->device, planner->profile);
}

static void judge_unit(struct planner *planner, const struct holder *holder) {
        char **unit = planner->units;

        for (; *unit; unit++)
                if (strcmp(*unit, holder->unit) == 0)
                        return;
        *unit = strdup(holder->unit);
        if (!*unit)
                planner->error = -ENOMEM;
}

static void judge_guest(struct planner *planner, const struct holder *holder) {
        refuse(planner, holder);
        planner_advise(planner, "shut down the guest that uses it");
}

static void judge_stranger(struct planner *planner, const struct holder *holder) {
        const char *type = strrchr(holder->unit, '.');

        refuse(planner, holder);
        if (type && strcmp(type, ".service") == 0 && strncmp(holder->unit, "user@", 5) != 0)
                planner_advise(planner, "'systemctl stop %s', or let it be stopped: 'stop-units = %s' in %s",
                               holder->unit, holder->unit, planner->profile);
        else
                planner_advise(planner, "close it, or let it be ended: 'end-programs = %s' in %s",
                               holder->program, planner->profile);
}

static void judge(struct planner *planner, const struct holder *holder, const struct holder_rules *rules) {
        switch (holder_remedy(holder, rules)) {
        case REMEDY_DISPLAY_MANAGER:
                return judge_desktop(planner, holder);
        case REMEDY_SESSION:
                return judge_session(planner, holder);
        case REMEDY_UNIT:
                return judge_unit(planner, holder);
        case REMEDY_SOUND:
        case REMEDY_PROGRAM:
                return;
        case REMEDY_GUEST:
                return judge_guest(planner, holder);
        case REMEDY_NONE:
                return judge_stranger(planner, holder);
        }
}

/* One thing in the way for each process is enough. HOLDERS are sorted by process. */
static void judge_all(struct planner *planner, const struct holder_rules *rules) {
        const struct holders *holders = planner->facts->holders;
        pid_t refused = 0;

        for (size_t i = 0; i < holders->n; i++) {
                const struct holder *holder = &holders->items[i];
                size_t before = planner->plan->n_refusals;

                if (holder->pid == refused || !matters(planner, holder))
                        continue;
                judge(planner, holder, rules);
                if (planner->plan->n_refusals > before)
                        refused = holder->pid;
        }
}

static void judge_by_rules(struct planner *planner) {
        const struct desktop *desktop = planner->facts->desktop;
        size_t n = desktop ? desktop->n_sessions : 0;
        _cleanup_free_ char **scopes = calloc(n + 1, sizeof(*scopes));
        _cleanup_free_ uid_t *users = calloc(n + 1, sizeof(*users));
        const struct holder_rules rules = {
                .display_manager = desktop ? desktop->display_manager : "",
                .graphical_scopes = scopes,
                .graphical_users = users,
                .n_graphical_users = n,
                .units = planner->facts->profile->stop_units,
                .programs = planner->facts->profile->end_programs,
        };

        if (!scopes || !users) {
                planner->error = -ENOMEM;
                return;
        }
        for (size_t i = 0; i < n; i++) {
                scopes[i] = desktop->sessions[i].scope;
                users[i] = desktop->sessions[i].uid;
        }
        judge_all(planner, &rules);
}

/* Whether anybody can have a device open that is to be taken. */
static bool can_be_held(const struct planner *planner) {
        for (size_t i = 0; i < planner->n_lent; i++)
                if (planner_takes(planner->lent[i]) && planner->lent[i]->n_nodes > 0)
                        return true;
        return false;
}

static void judge_unseen(struct planner *planner) {
        const struct holders *holders = planner->facts->holders;
        bool may_restart = planner_has_display_manager(planner) &&
                           planner->facts->profile->display_manager == PROFILE_DESKTOP_AUTO;
        bool assumed = may_restart && !planner->stop_desktop;

        if ((holders && holders->unseen == 0) || !can_be_held(planner))
                return;
        if (may_restart)
                planner->stop_desktop = true;
        if (holders)
                planner_warn(
                        planner,
                        "%zu processes of others cannot be looked into: who else has a device open only root "
                        "sees%s",
                        holders->unseen, assumed ? "; the display manager is assumed to be one of them" : "");
        else
                planner_warn(planner, "who has a device open cannot be seen%s",
                             assumed ? "; the display manager is assumed to" : "");
}

void planner_judge_holders(struct planner *planner) {
        const struct profile *profile = planner->facts->profile;

        if (planner->facts->holders)
                judge_by_rules(planner);
        judge_unseen(planner);
        if (planner_has_display_manager(planner) && profile->display_manager == PROFILE_DESKTOP_RESTART)
                planner->stop_desktop = true;
        if (planner->stop_desktop)
                planner_warn(planner, "%s is %s: every graphical session ends, with all that runs in it",
                             planner->facts->desktop->display_manager,
                             profile->headless ? "stopped, until all is back" : "restarted");
}
