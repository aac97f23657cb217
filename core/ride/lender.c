/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A task is one call and the job that comes of it: systemd says how that ends (JobRemoved), and says it after
 * all that has changed by then. Why it has failed the file may say, else how pillion-switch has ended. A task
 * that another takes the place of is forgotten: its answer finds nobody.
 *
 * What nobody guards is given back in two tasks. The unit is started first: its guard finishes a return that
 * was not finished, and ends; or takes over what is lent, and is then told to end. So whoever may have
 * hardware lent can have it given back, too, whatever has become of the guard.
 *
 * Whether anybody may do this is polkit's to say; no one is asked for a password, since pilliond has no
 * screen to ask on.
 */
#include "core/ride/lender-internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/loop.h"
#include "switcher/profile.h"

#define RUN_DIRECTORY "/run/pillion"
#define REFUSED       3 /* what pillion-switch ends with when it has done nothing */

static void forget_task(struct lender *lender) {
        lender->call = sd_bus_slot_unref(lender->call);
        free(lender->job);
        lender->job = NULL;
        lender->task = TASK_NONE;
}

/* The last thing that is done of a task: it may lead to the next. */
__attribute__((format(printf, 2, 3))) static void finish(struct lender *lender, const char *format, ...) {
        char problem[1400];
        va_list ap;

        if (format) {
                va_start(ap, format);
                vsnprintf(problem, sizeof(problem), format, ap);
                va_end(ap);
        }
        forget_task(lender);
        (void)progress_state_read(&lender->seen, lender->run);
        lender->handlers->on_done(format ? problem : NULL, lender->userdata);
        lender_look(lender);
}

static void fail(struct lender *lender, const char *why) {
        finish(lender,
               lender->task == TASK_LEND
                       ? "the hardware was not lent: %s; see 'journalctl -u pillion-guest@%s'"
                       : "the hardware was not given back: %s; see 'journalctl -u "
                         "pillion-guest@%s'",
               why, lender->profile);
}

static int on_exit_status(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct lender *lender = userdata;
        char why[200];
        int status = 0;

        lender->call = sd_bus_slot_unref(lender->call);
        if (!sd_bus_message_is_method_error(answer, NULL))
                (void)sd_bus_message_read(answer, "v", "i", &status);
        if (status == REFUSED)
                snprintf(why, sizeof(why), "it was refused, and '%s %s' says what is in the way",
                         lender->task == TASK_LEND ? "pillion plan guest" : "sudo pillion-switch return",
                         lender->profile);
        else if (strcmp(lender->result, "canceled") == 0)
                snprintf(why, sizeof(why), "it was called off");
        else
                snprintf(why, sizeof(why), "pillion-switch has failed (%s, exit status %d)", lender->result,
                         status);
        fail(lender, why);
        return 0;
}

/* The file has the reason if it is of this task. */
static void find_reason(struct lender *lender) {
        _cleanup_free_ char *path = NULL;
        char unit[120];

        (void)progress_state_read(&lender->seen, lender->run);
        if (*lender->seen.reason && lender->seen.since != lender->since) {
                fail(lender, lender->seen.reason);
                return;
        }
        lender_unit_name(lender->profile, unit, sizeof(unit));
        if (sd_bus_path_encode(SYSTEMD_PATH "/unit", unit, &path) < 0 ||
            sd_bus_call_method_async(lender->bus, &lender->call, SYSTEMD, path, PROPERTIES, "Get",
                                     on_exit_status, lender, "ss", SYSTEMD ".Service", "ExecMainStatus") < 0)
                fail(lender, lender->result);
}

static void begin(struct lender *lender, enum lender_task task, const char *method);

/* The guard has ended, if there was but a return to finish; that it fails then is how it says so. */
static void on_taken_over(struct lender *lender, const char *result) {
        (void)progress_state_read(&lender->seen, lender->run);
        if (lender->seen.state == PROGRESS_HOST)
                finish(lender, NULL);
        else if (strcmp(result, "done") == 0)
                begin(lender, TASK_RETURN, "StopUnit");
        else
                find_reason(lender);
}

static int on_job_removed(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        struct lender *lender = userdata;
        const char *job, *unit, *result;
        uint32_t id;

        if (sd_bus_message_read(signal, "uoss", &id, &job, &unit, &result) < 0 || !lender->job ||
            strcmp(job, lender->job) != 0)
                return 0;
        snprintf(lender->result, sizeof(lender->result), "%s", result);
        free(lender->job);
        lender->job = NULL;
        if (lender->task == TASK_TAKE_OVER)
                on_taken_over(lender, lender->result);
        else if (strcmp(lender->result, "done") == 0)
                finish(lender, NULL);
        else
                find_reason(lender);
        return 0;
}

static int on_called(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct lender *lender = userdata;
        const char *job = "";
        char why[600];

        lender->call = sd_bus_slot_unref(lender->call);
        if (sd_bus_message_is_method_error(answer, NULL)) {
                lender_explain(lender, sd_bus_message_get_error(answer), why, sizeof(why));
                finish(lender,
                       lender->task == TASK_LEND ? "the hardware was not lent: %s"
                                                 : "the hardware was not given back: %s",
                       why);
                return 0;
        }
        (void)sd_bus_message_read(answer, "o", &job);
        if (replace_string(&lender->job, job) < 0)
                fail(lender, "out of memory");
        return 0;
}

/* --- the bus --- */

/* A later task tries to connect anew. */
static int on_disconnected(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        struct lender *lender = userdata;
        bool busy = lender->task != TASK_NONE;

        log_warning("Lost the system bus: what becomes of lent hardware is not followed any more");
        lender->call = sd_bus_slot_unref(lender->call);
        lender_unfollow(lender);
        lender->bus = sd_bus_close_unref(lender->bus);
        if (busy)
                finish(lender, "the system bus went away; see 'systemctl status dbus'");
        return 0;
}

static int listen_to_systemd(struct lender *lender) {
        static const char end[] = "type='signal',sender='org.freedesktop.DBus.Local',member='Disconnected'";
        int r;

        r = sd_bus_add_match(lender->bus, NULL, end, on_disconnected, lender);
        if (r < 0)
                return r;
        r = sd_bus_match_signal_async(lender->bus, NULL, SYSTEMD, SYSTEMD_PATH, SYSTEMD ".Manager",
                                      "JobRemoved", on_job_removed, NULL, lender);
        if (r < 0)
                return r;
        /* Without it systemd tells nobody of jobs and units. */
        return sd_bus_call_method_async(lender->bus, NULL, SYSTEMD, SYSTEMD_PATH, SYSTEMD ".Manager",
                                        "Subscribe", NULL, NULL, "");
}

static int connect_bus(struct lender *lender) {
        int r;

        if (lender->bus)
                return 0;
        r = sd_bus_open_system_with_description(&lender->bus, "pillion-lender");
        if (r >= 0)
                r = sd_bus_attach_event(lender->bus, lender->loop, SD_EVENT_PRIORITY_NORMAL);
        if (r >= 0)
                r = listen_to_systemd(lender);
        if (r < 0)
                lender->bus = sd_bus_close_unref(lender->bus);
        return r;
}

/* --- tasks --- */

static void begin(struct lender *lender, enum lender_task task, const char *method) {
        char unit[120];
        int r;

        forget_task(lender);
        lender->task = task;
        lender->since = lender->seen.since;
        r = connect_bus(lender);
        if (r >= 0)
                r = lender_follow(lender, lender->profile);
        if (r >= 0) {
                lender_unit_name(lender->profile, unit, sizeof(unit));
                r = sd_bus_call_method_async(lender->bus, &lender->call, SYSTEMD, SYSTEMD_PATH,
                                             SYSTEMD ".Manager", method, on_called, lender, "ss", unit,
                                             "replace");
        }
        if (r < 0)
                finish(lender, "hardware is lent by systemd, and there is no system bus to ask it on: %s",
                       strerror(-r));
}

void lender_lend(struct lender *lender, const char *profile) {
        if (lender_follow(lender, profile) < 0)
                finish(lender, "out of memory");
        else
                begin(lender, TASK_LEND, "StartUnit");
}

/* The unit is not there to be stopped; unless it is being started, which may be known of the file before it
 * is of systemd. */
static bool is_unguarded(const struct lender *lender) {
        return lender->task == TASK_NONE && lender->unit == UNIT_DOWN && lender->seen.state != PROGRESS_HOST;
}

/* Whoever wrote that may be at work still, without a unit; what it has ended meanwhile would be lent anew. */
static bool is_under_way(const struct lender *lender) {
        return progress_state_is_switching(lender->seen.state);
}

void lender_return(struct lender *lender) {
        const char *profile;

        (void)progress_state_read(&lender->seen, lender->run);
        profile = lender_profile(lender);
        if (!profile || lender_follow(lender, profile) < 0)
                finish(lender, profile ? "out of memory" : NULL);
        else if (!is_unguarded(lender))
                begin(lender, TASK_RETURN, "StopUnit");
        else if (!is_under_way(lender))
                begin(lender, TASK_TAKE_OVER, "StartUnit");
        else
                finish(lender,
                       "the hardware is with '%s' still, and nobody guards it: 'sudo pillion-switch return' "
                       "gives it back",
                       profile);
}

void lender_renew(struct lender *lender) {
        char unit[120];

        if (!lender->bus || !lender->profile)
                return;
        lender_unit_name(lender->profile, unit, sizeof(unit));
        (void)sd_bus_call_method_async(lender->bus, NULL, SYSTEMD, SYSTEMD_PATH, SYSTEMD ".Manager",
                                       "ReloadUnit", NULL, NULL, "ss", unit, "replace");
}

int lender_new(struct lender **ret, sd_event *loop, const struct lender_places *places,
               const struct lender_handlers *handlers, void *userdata) {
        _cleanup_(lender_freep) struct lender *lender = calloc(1, sizeof(*lender));

        if (!lender)
                return -ENOMEM;
        lender->loop = loop;
        lender->run = strdup(places->run ? places->run : RUN_DIRECTORY);
        lender->profiles = strdup(places->profiles ? places->profiles : PROFILE_DIRECTORY);
        lender->owner = places->owner;
        if (!lender->run || !lender->profiles)
                return -ENOMEM;
        if (connect_bus(lender) < 0)
                log_debug("No system bus: no hardware can be lent");
        lender_look(lender);
        lender->handlers = handlers;
        lender->userdata = userdata;
        *ret = steal_ptr(lender);
        return 0;
}

struct lender *lender_free(struct lender *lender) {
        if (!lender)
                return NULL;
        forget_task(lender);
        lender_unfollow(lender);
        lender->inotify = sd_event_source_disable_unref(lender->inotify);
        lender->bus = sd_bus_close_unref(lender->bus);
        free(lender->profile);
        free(lender->profiles);
        free(lender->run);
        free(lender);
        return NULL;
}
