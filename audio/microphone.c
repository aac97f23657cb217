/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wanted of a source is worked out anew from all controls whenever anything changes; it is said to
 * PipeWire only when that differs from what was said last, or when the source is another one behind the same
 * name: a new node, or another route of its card. A `hold` remembers, by name, what was said and what the
 * source had before, and outlives the source.
 */
#include "audio/microphone.h"

#include <errno.h>
#include <stdio.h>

#include <spa/utils/list.h>
#include <spa/utils/string.h>

#include "audio/captures.h"
#include "audio/connection.h"
#include "audio/hold.h"
#include "core/log.h"
#include "core/loop.h"

#define SETTLE_USEC 3000000u
#define FLUSH_MSEC  500

struct microphone_control {
        struct spa_list link;
        struct microphones *microphones;
        char *source; /* NULL: the default */
        enum microphone_rest rest;
        bool pressed;
};

struct microphones {
        sd_event *loop;
        struct microphones_callbacks callbacks;
        struct connection *connection; /* borrowed */
        struct captures *captures;
        struct spa_list controls, holds;
        unsigned manager;       /* the session manager that was there */
        sd_event_source *timer; /* ends the settling, and gives back */
        struct microphones_status told;
};

enum wish {
        WISH_NONE,
        WISH_MUTED,
        WISH_OPEN,
};

static bool names(const struct microphones *microphones, const char *source, const char *name) {
        const char *wanted = source ? source : captures_default(microphones->captures);

        return wanted && spa_streq(wanted, name);
}

static enum wish wish_for(const struct microphones *microphones, const char *name) {
        bool any = false, talk = false, talks = false, mutes = false;
        const struct microphone_control *control;

        spa_list_for_each(control, &microphones->controls, link) {
                if (!names(microphones, control->source, name))
                        continue;
                any = true;
                talk = talk || control->rest == REST_MUTED;
                talks = talks || (control->rest == REST_MUTED && control->pressed);
                mutes = mutes || (control->rest == REST_OPEN && control->pressed);
        }
        if (!any)
                return WISH_NONE;
        return (talk && !talks) || mutes ? WISH_MUTED : WISH_OPEN;
}

static struct hold *find_hold(const struct microphones *microphones, const char *name) {
        struct hold *hold;

        spa_list_for_each(hold, &microphones->holds, link) if (spa_streq(hold->name, name)) return hold;
        return NULL;
}

static int on_settled(sd_event_source *timer, uint64_t usec, void *userdata);

static void settle(struct microphones *microphones) {
        int r = timer_arm(microphones->loop, &microphones->timer, "microphone-settle", SETTLE_USEC,
                          on_settled, microphones);

        if (r < 0)
                log_errno(r, "Cannot set a timer, continuing without it: %m");
}

static void mute_entry(struct microphones *microphones, const struct captures_entry *entry, bool mute) {
        log_debug("%s the source '%s'", mute ? "Muting" : "Unmuting", entry->name);
        captures_mute(microphones->captures, entry->id, mute);
}

static void govern(struct microphones *microphones, const struct captures_entry *entry, bool mute) {
        const struct hold_switch now = { entry->id, entry->route, entry->muted };
        struct hold *hold = find_hold(microphones, entry->name);
        int r;

        if (!hold) {
                r = hold_new(&hold, entry->name, entry->muted);
                if (r < 0) {
                        log_errno(r, "Cannot mute or unmute '%s': %m", entry->name);
                        return;
                }
                spa_list_append(&microphones->holds, &hold->link);
        }
        switch (hold_govern(hold, &now, mute)) {
        case HOLD_KEEP:
                break;
        case HOLD_SETTLE:
                settle(microphones);
                mute_entry(microphones, entry, mute);
                break;
        case HOLD_SAY:
                mute_entry(microphones, entry, mute);
                break;
        }
}

static void tell_if_changed(struct microphones *microphones) {
        struct microphones_status status;

        microphones_status(microphones, &status);
        if (status.governed == microphones->told.governed && status.open == microphones->told.open &&
            spa_streq(status.problem, microphones->told.problem))
                return;
        microphones->told = status;
        microphones->callbacks.on_change(microphones->callbacks.userdata);
}

/* What has gone is another one when it returns; and so is all of it to a new session manager. */
static void look_who_is_there(struct microphones *microphones) {
        bool same = captures_manager(microphones->captures) == microphones->manager;
        struct captures_entry entry;
        struct hold *hold;

        microphones->manager = captures_manager(microphones->captures);
        spa_list_for_each(hold, &microphones->holds, link) hold->there =
                same && hold->there && captures_find(microphones->captures, hold->name, &entry);
}

static void update(struct microphones *microphones) {
        struct captures_entry entry;

        look_who_is_there(microphones);
        for (unsigned i = 0; captures_get(microphones->captures, i, &entry); i++) {
                enum wish wish = wish_for(microphones, entry.name);
                struct hold *hold = find_hold(microphones, entry.name);

                if (wish != WISH_NONE)
                        govern(microphones, &entry, wish == WISH_MUTED);
                else if (hold && hold_let_go(hold))
                        settle(microphones);
        }
        tell_if_changed(microphones);
}

/* Whoever is governed no more gets back what he had: not at once, the default may be on its way back. */
static int on_settled(sd_event_source *timer, uint64_t usec, void *userdata) {
        struct microphones *microphones = userdata;
        struct captures_entry entry;
        struct hold *hold;

        spa_list_for_each(hold, &microphones->holds, link) hold->settling = false;
        for (unsigned i = 0; captures_get(microphones->captures, i, &entry); i++) {
                hold = find_hold(microphones, entry.name);
                if (!hold || wish_for(microphones, entry.name) != WISH_NONE)
                        continue;
                mute_entry(microphones, &entry, hold->before);
                hold_free(hold);
        }
        return 0;
}

static void on_captures(void *userdata) {
        update(userdata);
}

int microphones_new(struct microphones **ret, sd_event *loop, struct connection *connection,
                    const struct microphones_callbacks *callbacks) {
        _cleanup_(microphones_freep) struct microphones *microphones = calloc(1, sizeof(*microphones));
        const struct captures_callbacks captures_callbacks = { on_captures, microphones };
        int r;

        if (!microphones)
                return -ENOMEM;
        spa_list_init(&microphones->controls);
        spa_list_init(&microphones->holds);
        microphones->loop = sd_event_ref(loop);
        microphones->callbacks = *callbacks;
        microphones->connection = connection;
        r = captures_new(&microphones->captures, connection, &captures_callbacks);
        if (r < 0)
                return r;
        microphones_status(microphones, &microphones->told);
        *ret = steal_ptr(microphones);
        return 0;
}

static bool is_heard(void *userdata) {
        const struct microphones *microphones = userdata;

        return captures_heard(microphones->captures);
}

static void rest(struct microphones *microphones) {
        struct microphone_control *control;
        struct captures_entry entry;

        spa_list_for_each(control, &microphones->controls, link) control->pressed = false;
        update(microphones);
        for (unsigned i = 0; captures_get(microphones->captures, i, &entry); i++) {
                enum wish wish = wish_for(microphones, entry.name);

                if (wish != WISH_NONE && entry.muted != (wish == WISH_MUTED))
                        mute_entry(microphones, &entry, wish == WISH_MUTED);
        }
        connection_flush(microphones->connection, FLUSH_MSEC, is_heard, microphones);
}

static void ignore(void *userdata) {
}

static void control_forget(struct microphone_control *control) {
        spa_list_remove(&control->link);
        free(control->source);
        free(control);
}

struct microphones *microphones_free(struct microphones *microphones) {
        struct microphone_control *control, *next;
        struct hold *hold, *next_hold;

        if (!microphones)
                return NULL;
        microphones->callbacks.on_change = ignore;
        if (microphones->captures)
                rest(microphones);
        captures_free(microphones->captures);
        spa_list_for_each_safe(control, next, &microphones->controls, link) control_forget(control);
        spa_list_for_each_safe(hold, next_hold, &microphones->holds, link) hold_free(hold);
        microphones->timer = sd_event_source_disable_unref(microphones->timer);
        sd_event_unref(microphones->loop);
        free(microphones);
        return NULL;
}

int microphone_control_new(struct microphone_control **ret, struct microphones *microphones,
                           const char *source, enum microphone_rest rest_) {
        struct microphone_control *control = calloc(1, sizeof(*control));
        int r;

        if (!control)
                return -ENOMEM;
        r = replace_string(&control->source, source);
        if (r < 0) {
                free(control);
                return r;
        }
        control->microphones = microphones;
        control->rest = rest_;
        spa_list_append(&microphones->controls, &control->link);
        *ret = control;
        update(microphones);
        return 0;
}

struct microphone_control *microphone_control_free(struct microphone_control *control) {
        struct microphones *microphones;

        if (!control)
                return NULL;
        microphones = control->microphones;
        microphone_control_press(control, false);
        control_forget(control);
        update(microphones);
        return NULL;
}

void microphone_control_press(struct microphone_control *control, bool pressed) {
        if (control->pressed == pressed)
                return;
        control->pressed = pressed;
        update(control->microphones);
}

/* Why SOURCE cannot be muted; false: it can. */
static bool describe_absence(const struct microphones *microphones, const char *source, char *text,
                             size_t size) {
        const char *name = source ? source : captures_default(microphones->captures);
        struct captures_entry entry;
        char list[256];

        connection_problem(microphones->connection, text, size);
        if (text[0])
                return true;
        if (captures_find(microphones->captures, name, &entry))
                return false;
        captures_list(microphones->captures, list, sizeof(list));
        if (name)
                snprintf(text, size, "PipeWire has no source '%s'; %s", name, list);
        else
                snprintf(text, size,
                         "PipeWire has no default source; %s. Is a session manager running (systemctl --user "
                         "status wireplumber)?",
                         list);
        return true;
}

void microphones_set(struct microphones *microphones, const char *source, enum microphone_change change) {
        const char *name = source ? source : captures_default(microphones->captures);
        struct captures_entry entry;
        struct hold *hold;
        char problem[512];

        if (describe_absence(microphones, source, problem, sizeof(problem))) {
                log_warning("Cannot mute or unmute: %s", problem);
                return;
        }
        (void)captures_find(microphones->captures, name, &entry);
        hold = find_hold(microphones, name);
        if (hold)
                hold->settling = false; /* that, too, is somebody's hand */
        mute_entry(microphones, &entry,
                   change == MICROPHONE_TOGGLE ? !entry.muted : change == MICROPHONE_MUTE);
        tell_if_changed(microphones);
}

void microphones_status(const struct microphones *microphones, struct microphones_status *ret) {
        const struct microphone_control *control;
        struct captures_entry entry;

        *ret = (struct microphones_status){ 0 };
        for (unsigned i = 0; captures_get(microphones->captures, i, &entry); i++) {
                bool governed = connection_is_up(microphones->connection) &&
                                wish_for(microphones, entry.name) != WISH_NONE;

                ret->governed = ret->governed || governed;
                ret->open = ret->open || (governed && !entry.muted);
        }
        spa_list_for_each(control, &microphones->controls,
                          link) if (describe_absence(microphones, control->source, ret->problem,
                                                     sizeof(ret->problem))) break;
}
