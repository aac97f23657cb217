/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every question is asked without waiting and its answer taken when it comes: what is not known yet does not
 * keep the input from anybody. A change of the display session drops what was known of the last one, with the
 * questions about it that have not been answered.
 *
 * The inhibitor is held all the time, since it delays sleep only if it was there before. It is let go when
 * the input is home, and taken anew after the machine has woken up.
 */
#include "core/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <systemd/sd-bus.h>

#include "core/log.h"

#define LOGIND       "org.freedesktop.login1"
#define MANAGER_PATH "/org/freedesktop/login1"
#define PROPERTIES   "org.freedesktop.DBus.Properties"

struct session {
        sd_bus *bus; /* NULL: there is no system bus */
        char user_path[80];
        char *path;                                  /* of the display session; NULL: none */
        sd_bus_slot *inhibit, *display, *facts_call; /* questions that are not answered yet */
        sd_bus_slot *lock, *changes;                 /* what is heard of the session at PATH */
        int inhibitor;                               /* -1: not held */
        struct session_facts facts;
        bool remote;                             /* it came over the network: it was never at the seat */
        bool moved;                              /* it took the place of one that was */
        const char *bar;                         /* as last told */
        const struct session_handlers *handlers; /* borrowed */
        void *userdata;
};

const char *session_judge(const struct session_facts *facts) {
        if (facts->sleeping)
                return "the machine goes to sleep";
        if (facts->locked)
                return "the session is locked";
        return facts->away ? "another session is in front" : NULL;
}

static void judge(struct session *session) {
        const char *bar = session_judge(&session->facts);

        if (bar == session->bar)
                return;
        session->bar = bar;
        session->handlers->on_bar(bar, session->userdata);
}

/* --- sleep --- */

static int on_inhibitor(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct session *session = userdata;
        int fd;

        session->inhibit = sd_bus_slot_unref(session->inhibit);
        if (sd_bus_message_is_method_error(answer, NULL) || sd_bus_message_read(answer, "h", &fd) < 0) {
                log_debug("Sleep cannot be delayed, continuing without");
                return 0;
        }
        close_fd(session->inhibitor);
        session->inhibitor = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        return 0;
}

static void hold_sleep(struct session *session) {
        session->inhibit = sd_bus_slot_unref(session->inhibit);
        (void)sd_bus_call_method_async(session->bus, &session->inhibit, LOGIND, MANAGER_PATH,
                                       LOGIND ".Manager", "Inhibit", on_inhibitor, session, "ssss", "sleep",
                                       "pillion", "Keyboard and mouse go to the host first", "delay");
}

static int on_sleep(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        struct session *session = userdata;
        int begins;

        if (sd_bus_message_read(signal, "b", &begins) < 0)
                return 0;
        session->facts.sleeping = begins;
        judge(session);
        if (begins)
                session->inhibitor = close_fd(session->inhibitor);
        else
                hold_sleep(session);
        return 0;
}

/* --- the session --- */

static int read_flag(sd_bus_message *message, bool *flag) {
        int value, r;

        r = sd_bus_message_read(message, "v", "b", &value);
        if (r >= 0)
                *flag = value;
        return r;
}

/* An a{sv}; what is not in it stays as it was. */
static int read_facts(struct session *session, sd_bus_message *message) {
        bool active = !session->facts.away;
        const char *name;
        int r;

        r = sd_bus_message_enter_container(message, 'a', "{sv}");
        while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
                r = sd_bus_message_read(message, "s", &name);
                if (r >= 0 && strcmp(name, "LockedHint") == 0)
                        r = read_flag(message, &session->facts.locked);
                else if (r >= 0 && strcmp(name, "Remote") == 0)
                        r = read_flag(message, &session->remote);
                else if (r >= 0 && strcmp(name, "Active") == 0)
                        r = read_flag(message, &active);
                else if (r >= 0)
                        r = sd_bus_message_skip(message, "v");
                if (r >= 0)
                        r = sd_bus_message_exit_container(message);
        }
        session->facts.away = !active;
        return r;
}

static void tell_end(const struct session *session) {
        session->handlers->on_home("the session has ended", session->userdata);
}

static int on_facts(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct session *session = userdata;

        session->facts_call = sd_bus_slot_unref(session->facts_call);
        if (!sd_bus_message_is_method_error(answer, NULL) && read_facts(session, answer) >= 0)
                judge(session);
        if (session->moved && session->remote)
                tell_end(session);
        session->moved = false;
        return 0;
}

static int on_session_changed(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        struct session *session = userdata;

        if (sd_bus_message_skip(signal, "s") >= 0 && read_facts(session, signal) >= 0)
                judge(session);
        return 0;
}

/* Sent before the screen is locked, if it ever is: not every desktop sets the hint. */
static int on_lock(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        struct session *session = userdata;

        session->handlers->on_home("the session is being locked", session->userdata);
        return 0;
}

static void forget(struct session *session) {
        session->facts_call = sd_bus_slot_unref(session->facts_call);
        session->lock = sd_bus_slot_unref(session->lock);
        session->changes = sd_bus_slot_unref(session->changes);
        free(session->path);
        session->path = NULL;
        session->facts.locked = session->facts.away = session->remote = false;
}

/* The match before the question: no change is lost in between. */
static void listen_to(struct session *session) {
        (void)sd_bus_match_signal_async(session->bus, &session->lock, LOGIND, session->path,
                                        LOGIND ".Session", "Lock", on_lock, NULL, session);
        (void)sd_bus_match_signal_async(session->bus, &session->changes, LOGIND, session->path, PROPERTIES,
                                        "PropertiesChanged", on_session_changed, NULL, session);
        (void)sd_bus_call_method_async(session->bus, &session->facts_call, LOGIND, session->path, PROPERTIES,
                                       "GetAll", on_facts, session, "s", LOGIND ".Session");
}

static void follow(struct session *session, const char *id, const char *path) {
        bool was_at_seat = session->path && !session->remote;

        if (session->path && strcmp(session->path, path) == 0)
                return;
        forget(session);
        if (*id)
                session->path = strdup(path);
        if (session->path)
                listen_to(session);
        else if (was_at_seat)
                tell_end(session);
        session->moved = session->path && was_at_seat;
        judge(session);
        log_debug("The user's session is %s", *id ? id : "none");
}

static int on_display(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct session *session = userdata;
        const char *id = "", *path = "";

        session->display = sd_bus_slot_unref(session->display);
        if (sd_bus_message_is_method_error(answer, NULL) ||
            sd_bus_message_read(answer, "v", "(so)", &id, &path) < 0)
                id = ""; /* no logind, or it does not know the user: no session of hers either */
        follow(session, id, path);
        return 0;
}

static void ask_display(struct session *session) {
        session->display = sd_bus_slot_unref(session->display);
        (void)sd_bus_call_method_async(session->bus, &session->display, LOGIND, session->user_path,
                                       PROPERTIES, "Get", on_display, session, "ss", LOGIND ".User",
                                       "Display");
}

/* --- logind --- */

static int on_user_changed(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        ask_display(userdata);
        return 0;
}

/* logind has come, or gone; a new one knows the sessions of the old. */
static int on_owner(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        struct session *session = userdata;
        const char *name, *before, *now;

        if (sd_bus_message_read(signal, "sss", &name, &before, &now) < 0 || !*now)
                return 0;
        if (session->inhibitor < 0 && !session->facts.sleeping)
                hold_sleep(session);
        ask_display(session);
        return 0;
}

/* Nothing is heard any more: what was last heard must not bar the input for ever. */
static int on_disconnected(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        struct session *session = userdata;

        log_warning("Lost the system bus: whether the session is locked is not followed any more");
        forget(session);
        session->facts.sleeping = false;
        judge(session);
        return 0;
}

static int listen_to_logind(struct session *session) {
        static const char owner[] = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',"
                                    "arg0='" LOGIND "'";
        static const char end[] = "type='signal',sender='org.freedesktop.DBus.Local',member='Disconnected'";
        int r;

        r = sd_bus_add_match_async(session->bus, NULL, owner, on_owner, NULL, session);
        if (r < 0)
                return r;
        r = sd_bus_add_match(session->bus, NULL, end, on_disconnected, session);
        if (r < 0)
                return r;
        r = sd_bus_match_signal_async(session->bus, NULL, LOGIND, MANAGER_PATH, LOGIND ".Manager",
                                      "PrepareForSleep", on_sleep, NULL, session);
        if (r < 0)
                return r;
        /* Of any user: which session displays may change with each that comes or goes. */
        r = sd_bus_match_signal_async(session->bus, NULL, LOGIND, MANAGER_PATH, LOGIND ".Manager",
                                      "SessionRemoved", on_user_changed, NULL, session);
        if (r < 0)
                return r;
        return sd_bus_match_signal_async(session->bus, NULL, LOGIND, session->user_path, PROPERTIES,
                                         "PropertiesChanged", on_user_changed, NULL, session);
}

static int connect_bus(struct session *session, sd_event *loop) {
        int r;

        r = sd_bus_open_system_with_description(&session->bus, "pillion-session");
        if (r < 0)
                return r;
        r = sd_bus_attach_event(session->bus, loop, SD_EVENT_PRIORITY_NORMAL);
        if (r < 0)
                return r;
        r = listen_to_logind(session);
        if (r < 0)
                return r;
        hold_sleep(session);
        ask_display(session);
        return 0;
}

int session_new(struct session **ret, sd_event *loop, const struct session_handlers *handlers,
                void *userdata) {
        struct session *session = calloc(1, sizeof(*session));
        int r;

        if (!session)
                return -ENOMEM;
        *session = (struct session){ .inhibitor = -1, .handlers = handlers, .userdata = userdata };
        snprintf(session->user_path, sizeof(session->user_path), MANAGER_PATH "/user/_%u", getuid());
        r = connect_bus(session, loop);
        if (r < 0) {
                log_event(LOG_INFO, (.error = r), "No system bus (%m): locking and sleep are not followed");
                session->bus = sd_bus_close_unref(session->bus);
        }
        *ret = session;
        return 0;
}

struct session *session_free(struct session *session) {
        if (!session)
                return NULL;
        forget(session);
        session->inhibit = sd_bus_slot_unref(session->inhibit);
        session->display = sd_bus_slot_unref(session->display);
        session->inhibitor = close_fd(session->inhibitor);
        session->bus = sd_bus_close_unref(session->bus);
        free(session);
        return NULL;
}
