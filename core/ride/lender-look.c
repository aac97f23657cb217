/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is lent is told twice: the file says how far pillion-switch has come, and stays as it was if that is
 * killed; systemd says whether anybody is at it. Only both together tell what is going on.
 */
#include "core/ride/lender-internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

#include "core/log.h"
#include "core/loop.h"
#include "switcher/profile.h"

void lender_unit_name(const char *profile, char *buf, size_t size) {
        snprintf(buf, size, "pillion-guest@%s.service", profile);
}

/* --- the unit --- */

static enum lender_unit unit_from(const char *active_state) {
        static const struct {
                const char *name;
                enum lender_unit unit;
        } states[] = {
                { "active", UNIT_UP },           { "reloading", UNIT_UP },  { "activating", UNIT_STARTING },
                { "deactivating", UNIT_ENDING }, { "inactive", UNIT_DOWN }, { "failed", UNIT_DOWN },
        };

        for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
                if (strcmp(active_state, states[i].name) == 0)
                        return states[i].unit;
        return UNIT_UNKNOWN;
}

static void see_unit(struct lender *lender, const char *active_state) {
        lender->unit = unit_from(active_state);
        lender_look(lender);
}

static int on_unit_answer(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct lender *lender = userdata;
        const char *active_state = "";

        lender->unit_question = sd_bus_slot_unref(lender->unit_question);
        if (!sd_bus_message_is_method_error(answer, NULL) &&
            sd_bus_message_read(answer, "v", "s", &active_state) >= 0)
                see_unit(lender, active_state);
        return 0;
}

/* NULL: it is not among the properties of MESSAGE, an a{sv}. */
static const char *find_active_state(sd_bus_message *message) {
        const char *name, *value = NULL;

        if (sd_bus_message_enter_container(message, 'a', "{sv}") < 0)
                return NULL;
        while (!value && sd_bus_message_enter_container(message, 'e', "sv") > 0) {
                if (sd_bus_message_read(message, "s", &name) < 0)
                        return NULL;
                if (strcmp(name, "ActiveState") == 0)
                        (void)sd_bus_message_read(message, "v", "s", &value);
                else
                        (void)sd_bus_message_skip(message, "v");
                if (sd_bus_message_exit_container(message) < 0)
                        return NULL;
        }
        return value;
}

static int on_unit_changed(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        struct lender *lender = userdata;
        const char *active_state;

        if (sd_bus_message_skip(signal, "s") < 0)
                return 0;
        active_state = find_active_state(signal);
        if (active_state)
                see_unit(lender, active_state);
        return 0;
}

void lender_unfollow(struct lender *lender) {
        lender->unit_question = sd_bus_slot_unref(lender->unit_question);
        lender->unit_changes = sd_bus_slot_unref(lender->unit_changes);
        lender->unit = UNIT_UNKNOWN;
}

/* The match before the question: no change is lost in between. */
static void listen_to_unit(struct lender *lender) {
        _cleanup_free_ char *path = NULL;
        char unit[120];

        lender_unit_name(lender->profile, unit, sizeof(unit));
        if (!lender->bus || sd_bus_path_encode(SYSTEMD_PATH "/unit", unit, &path) < 0)
                return;
        (void)sd_bus_match_signal_async(lender->bus, &lender->unit_changes, SYSTEMD, path, PROPERTIES,
                                        "PropertiesChanged", on_unit_changed, NULL, lender);
        (void)sd_bus_call_method_async(lender->bus, &lender->unit_question, SYSTEMD, path, PROPERTIES, "Get",
                                       on_unit_answer, lender, "ss", SYSTEMD ".Unit", "ActiveState");
}

int lender_follow(struct lender *lender, const char *profile) {
        int r;

        if (lender->profile && lender->unit_changes && strcmp(lender->profile, profile) == 0)
                return 0;
        r = replace_string(&lender->profile, profile);
        if (r < 0)
                return r;
        lender_unfollow(lender);
        listen_to_unit(lender);
        return 0;
}

/* --- the file --- */

static int on_file(sd_event_source *source, const struct inotify_event *event, void *userdata) {
        struct lender *lender = userdata;

        if (event->mask & IN_IGNORED)
                lender->inotify = sd_event_source_disable_unref(lender->inotify);
        lender_look(lender);
        return 0;
}

/* The folder is made when the machine starts, or when something is first lent. */
static void watch_file(struct lender *lender) {
        int r;

        if (lender->inotify)
                return;
        r = sd_event_add_inotify(lender->loop, &lender->inotify, lender->run,
                                 IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_ONLYDIR, on_file, lender);
        if (r < 0) {
                log_debug("Cannot watch %s: %s", lender->run, strerror(-r));
                return;
        }
        source_declare(lender->inotify, "loan-state", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
}

void lender_look(struct lender *lender) {
        const char *named = lender->seen.profile;

        watch_file(lender);
        (void)progress_state_read(&lender->seen, lender->run);
        if (*named && lender->task == TASK_NONE && lender_follow(lender, named) < 0)
                log_debug("No memory to follow the unit of '%s'", named);
        if (lender->handlers)
                lender->handlers->on_change(lender->userdata);
}

/* --- questions --- */

const struct progress_seen *lender_seen(const struct lender *lender) {
        return &lender->seen;
}

const char *lender_profile(const struct lender *lender) {
        return *lender->seen.profile ? lender->seen.profile : lender->profile;
}

bool lender_lent(const struct lender *lender) {
        return lender->seen.state != PROGRESS_HOST || lender->unit == UNIT_STARTING ||
               lender->unit == UNIT_UP || lender->unit == UNIT_ENDING;
}

bool lender_returning(const struct lender *lender) {
        return lender->unit == UNIT_ENDING;
}

bool lender_guards(const struct lender *lender, const char *profile) {
        return lender->unit == UNIT_UP && lender->seen.state == PROGRESS_LENT &&
               strcmp(lender->seen.profile, profile) == 0 && strcmp(lender->profile, profile) == 0;
}

bool lender_idle(const struct lender *lender) {
        return lender->task == TASK_NONE && lender->unit != UNIT_STARTING && lender->unit != UNIT_ENDING;
}

static void ignore_report(const char *message, void *userdata) {
}

int lender_find(const struct lender *lender, const char *domain, char **ret) {
        return profile_find(ret, lender->profiles, domain, lender->owner);
}

int lender_domain(const struct lender *lender, const char *profile, char **ret) {
        _cleanup_(profile_freep) struct profile *loaded = NULL;
        int r;

        r = profile_load(&loaded, lender->profiles, profile, lender->owner, ignore_report, NULL);
        if (r < 0)
                return r;
        *ret = steal_ptr(loaded->domain);
        return 0;
}
