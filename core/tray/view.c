/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The icon says where keyboard and mouse are, for that is what one looks up for; only what needs somebody to
 * decide comes before it. There is no entry to end a guest by force: a slip of the mouse is too little for
 * that, and 'pillion stop --force' is there for it.
 */
#include "core/tray/view.h"

#include <stdio.h>
#include <string.h>

#include "core/bus-text.h"

static const char *const words[N_STATES] = {
        [STATE_HOST] = "not running",
        [STATE_PREFLIGHT] = "being made ready",
        [STATE_LENDING] = "being lent the hardware",
        [STATE_STARTING] = "being started",
        [STATE_GUEST] = "running",
        [STATE_PAUSED] = "paused",
        [STATE_PAUSING] = "being paused",
        [STATE_RESUMING] = "being resumed",
        [STATE_STOPPING] = "shutting down",
        [STATE_RESTARTING] = "restarting",
        [STATE_RETURNING] = "returning the hardware",
        [STATE_UNDOING] = "returning the hardware",
        [STATE_STRANDED] = "gone, but not all of its hardware is back",
        [STATE_FAILED] = "failed",
};

/* What an entry asks the ride for. */
static const struct {
        const char *verb; /* before the name of the guest */
        enum supervisor_event event;
} commands[N_ENTRIES] = {
        [ENTRY_START] = { "Start", EVENT_START },    [ENTRY_PAUSE] = { "Pause", EVENT_PAUSE },
        [ENTRY_RESUME] = { "Resume", EVENT_RESUME }, [ENTRY_RESTART] = { "Restart", EVENT_RESTART },
        [ENTRY_STOP] = { "Shut down", EVENT_STOP },
};

static bool is_lent(const struct tray_facts *facts) {
        return strcmp(facts->loan.phase, "host") != 0;
}

/* Somebody has to look at it: no step will follow by itself. */
static bool is_stuck(const struct tray_facts *facts) {
        return strcmp(facts->loan.phase, "stuck") == 0 || strcmp(facts->loan.phase, "failed") == 0;
}

static bool stands_still(enum supervisor_state state) {
        return state == STATE_PAUSED || state == STATE_RESUMING;
}

/* Whether somebody would read what is typed, and the other side of that. */
static bool can_toggle(const struct tray_facts *facts) {
        return facts->away || facts->state == STATE_GUEST || facts->state == STATE_STOPPING ||
               facts->state == STATE_RESTARTING;
}

/* What leads back is there in every state, but means something else where no guest is. */
static const char *label_of_stop(const struct tray_facts *facts) {
        switch (facts->state) {
        case STATE_PREFLIGHT:
        case STATE_LENDING:
                return "Call off the start";
        case STATE_RETURNING:
        case STATE_UNDOING:
                return "Return the hardware to the host";
        case STATE_HOST:
                return is_lent(facts) ? "Return the hardware to the host" : NULL;
        case STATE_STRANDED:
        case STATE_FAILED:
                return is_lent(facts) ? "Return the hardware to the host" : "Go back to the host";
        case STATE_STARTING:
        case STATE_GUEST:
        case STATE_PAUSED:
        case STATE_PAUSING:
        case STATE_RESUMING:
        case STATE_STOPPING:
        case STATE_RESTARTING:
        case N_STATES:
                break;
        }
        return NULL;
}

static void describe_command(struct tray_entry *entry, enum tray_entry_id id,
                             const struct tray_facts *facts) {
        const struct supervisor_facts known = { .lent = is_lent(facts) };
        const struct supervisor_step step = supervisor_step(facts->state, commands[id].event, &known);
        const char *special = id == ENTRY_STOP ? label_of_stop(facts) : NULL;

        entry->there = true;
        entry->enabled = (*facts->guest || id == ENTRY_STOP) && !(step.actions & ACTION_REFUSE);
        snprintf(entry->label, sizeof(entry->label), "%s%s%s", special ? special : commands[id].verb,
                 special ? "" : " ",
                 special         ? ""
                 : *facts->guest ? facts->guest
                                 : "guest");
        bus_text(entry->label);
}

static void describe_entries(struct tray_view *view, const struct tray_facts *facts) {
        struct tray_entry *entries = view->entries;

        snprintf(entries[ENTRY_STATE].label, sizeof(entries->label), "%.*s", (int)sizeof(entries->label) - 1,
                 view->title);
        bus_text(entries[ENTRY_STATE].label);
        snprintf(entries[ENTRY_TOGGLE].label, sizeof(entries->label), "%s",
                 facts->away ? "Bring keyboard and mouse back" : "Hand over keyboard and mouse");
        entries[ENTRY_TOGGLE].enabled = can_toggle(facts);
        entries[ENTRY_STATE].there = entries[ENTRY_TOGGLE].there = true;
        entries[ENTRY_INPUT_LINE].there = entries[ENTRY_GUEST_LINE].there = true;
        for (enum tray_entry_id id = ENTRY_START; id < N_ENTRIES; id++)
                describe_command(&entries[id], id, facts);
        entries[ENTRY_PAUSE].there = !stands_still(facts->state);
        entries[ENTRY_RESUME].there = stands_still(facts->state);
}

static const char *choose_icon(const struct tray_view *view, const struct tray_facts *facts) {
        if (view->status == TRAY_ATTENTION)
                return TRAY_ICON_ATTENTION;
        return facts->away ? "pillion-guest-symbolic" : "pillion-host-symbolic";
}

/* LINE and the others so far, each on its own. */
static void add_line(struct tray_view *view, const char *line) {
        size_t n = strlen(view->text);

        if (*line)
                snprintf(view->text + n, sizeof(view->text) - n, "%s%s", n > 0 ? "\n" : "", line);
        bus_text(view->text);
}

static void describe_step(struct tray_view *view, const struct ride_loan *loan) {
        char line[300];

        snprintf(line, sizeof(line), "Step %u of %u: %s", loan->number, loan->of, loan->step);
        add_line(view, line);
}

static void describe_text(struct tray_view *view, const struct tray_facts *facts) {
        if (can_toggle(facts) || stands_still(facts->state))
                add_line(view, facts->away ? "Keyboard and mouse are at the guest."
                                           : "Keyboard and mouse are at the host.");
        if (*facts->loan.step)
                describe_step(view, &facts->loan);
        add_line(view, facts->reason);
        if (strcmp(facts->loan.reason, facts->reason) != 0)
                add_line(view, facts->loan.reason);
        if (strcmp(facts->problem, facts->reason) != 0)
                add_line(view, facts->problem);
}

void tray_view(struct tray_view *ret, const struct tray_facts *facts) {
        *ret = (struct tray_view){ .status = *facts->guest || is_lent(facts) ? TRAY_ACTIVE : TRAY_PASSIVE };
        if (facts->state == STATE_STRANDED || facts->state == STATE_FAILED || is_stuck(facts))
                ret->status = TRAY_ATTENTION;
        if (*facts->guest)
                snprintf(ret->title, sizeof(ret->title), "%s: %s", facts->guest, words[facts->state]);
        else
                snprintf(ret->title, sizeof(ret->title), "No guest");
        bus_text(ret->title);
        ret->icon = choose_icon(ret, facts);
        describe_text(ret, facts);
        describe_entries(ret, facts);
}

const char *tray_status_name(enum tray_status status) {
        static const char *const names[] = {
                [TRAY_PASSIVE] = "Passive",
                [TRAY_ACTIVE] = "Active",
                [TRAY_ATTENTION] = "NeedsAttention",
        };

        return names[status];
}

enum supervisor_event tray_event(enum tray_entry_id id) {
        return commands[id].event;
}
