/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-test-desktop: three fakes of what a desktop has beside pilliond. They know only what pilliond asks
 * of them, and are nothing that a person could use.
 *
 *         notifications   owns org.freedesktop.Notifications on the session bus, and prints each one as
 *                         "ID replaces ID urgency N: SUMMARY|BODY"
 *         logind          owns org.freedesktop.login1 on the system bus, with one session of the user's,
 *                         prints "held" and "let go" of the inhibitor, and obeys lines on stdin:
 *                         sleep 0|1, lock, hint 0|1, active 0|1, session 0|1|2, remote 0|1; the
 *                         session 2 is one that came over the network, until distant 0|1
 *
 *         tray            owns org.kde.StatusNotifierWatcher on the session bus, prints "registered" and
 *                         "gone" of an icon and "shows ICON" when it is another one, and obeys lines on
 *                         stdin: click NUMBER, of an entry of its menu
 *
 * All say "ready" when they can be asked.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "tests/test.h"

#define LOGIND  "org.freedesktop.login1"
#define MANAGER "/org/freedesktop/login1"
#define SESSION "/org/freedesktop/login1/session/fake"
#define DISTANT "/org/freedesktop/login1/session/distant"

static sd_event *loop;
static sd_bus *bus;

static void say(const char *text) {
        puts(text);
        fflush(stdout);
}

/* --- notifications --- */

static int on_notify(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        static uint32_t last;
        const char *app, *icon, *summary, *body, *key;
        uint32_t replaces;
        uint8_t urgency = 0;

        CHECK(sd_bus_message_read(call, "susss", &app, &replaces, &icon, &summary, &body) > 0);
        CHECK(sd_bus_message_skip(call, "as") > 0);
        CHECK(sd_bus_message_enter_container(call, 'a', "{sv}") > 0);
        while (sd_bus_message_enter_container(call, 'e', "sv") > 0) {
                CHECK(sd_bus_message_read(call, "s", &key) > 0);
                if (strcmp(key, "urgency") == 0)
                        CHECK(sd_bus_message_read(call, "v", "y", &urgency) > 0);
                else
                        CHECK(sd_bus_message_skip(call, "v") > 0);
                CHECK(sd_bus_message_exit_container(call) > 0);
        }
        CHECK_STR(app, "pillion");
        last = replaces ? replaces : last + 1;
        printf("%u replaces %u urgency %u: %s|%s\n", last, replaces, urgency, summary, body);
        fflush(stdout);
        return sd_bus_reply_method_return(call, "u", last);
}

static const sd_bus_vtable notifications_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("Notify", "susssasa{sv}i", "u", on_notify, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

/* --- the tray --- */

#define TRAY "org.kde.StatusNotifierWatcher"
#define ITEM "org.kde.StatusNotifierItem"

static char item[80]; /* whose icon it is; "": none */

static int on_icon(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        const char *icon;

        if (sd_bus_message_read(answer, "v", "s", &icon) <= 0)
                return 0; /* gone already */
        printf("shows %s\n", icon);
        fflush(stdout);
        return 0;
}

static void ask_icon(void) {
        CHECK(sd_bus_call_method_async(bus, NULL, item, "/StatusNotifierItem",
                                       "org.freedesktop.DBus.Properties", "Get", on_icon, NULL, "ss", ITEM,
                                       "IconName") >= 0);
}

static int on_new_icon(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        if (strcmp(sd_bus_message_get_sender(signal), item) == 0)
                ask_icon();
        return 0;
}

static int on_register(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        snprintf(item, sizeof(item), "%s", sd_bus_message_get_sender(call));
        say("registered");
        ask_icon();
        return sd_bus_reply_method_return(call, NULL);
}

static int on_owner(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        const char *name, *before, *now;

        CHECK(sd_bus_message_read(signal, "sss", &name, &before, &now) > 0);
        if (*item && strcmp(name, item) == 0 && !*now)
                say("gone");
        return 0;
}

static const sd_bus_vtable tray_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("RegisterStatusNotifierItem", "s", NULL, on_register, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

static void click(int id) {
        CHECK(sd_bus_call_method_async(bus, NULL, item, "/StatusNotifierItem/Menu", "com.canonical.dbusmenu",
                                       "Event", NULL, NULL, "isvu", id, "clicked", "i", 0, 0) >= 0);
}

/* --- logind --- */

static int display = 1; /* 0: none, 1: SESSION, 2: DISTANT */

/* The write end was given away; that all of them are closed is that the inhibitor is let go. */
static int on_let_go(sd_event_source *source, int fd, uint32_t events, void *userdata) {
        say("let go");
        sd_event_source_disable_unref(source);
        close(fd);
        return 0;
}

static int on_inhibit(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        const char *what, *who, *why, *mode;
        int fds[2], r;

        CHECK(sd_bus_message_read(call, "ssss", &what, &who, &why, &mode) > 0);
        CHECK_STR(what, "sleep");
        CHECK_STR(mode, "delay");
        CHECK_EQ(pipe2(fds, O_CLOEXEC), 0);
        CHECK(sd_event_add_io(loop, NULL, fds[0], 0, on_let_go, NULL) >= 0);
        say("held");
        r = sd_bus_reply_method_return(call, "h", fds[1]);
        close(fds[1]);
        return r;
}

static int get_display(sd_bus *b, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        static const char *const displays[][2] = { { "", "/" }, { "fake", SESSION }, { "distant", DISTANT } };

        return sd_bus_message_append(reply, "(so)", displays[display][0], displays[display][1]);
}

static const sd_bus_vtable manager_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("Inhibit", "ssss", "h", on_inhibit, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

static const sd_bus_vtable user_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Display", "(so)", get_display, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_VTABLE_END,
};

static const sd_bus_vtable session_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Active", "b", NULL, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("Remote", "b", NULL, 2 * sizeof(int), SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("LockedHint", "b", NULL, sizeof(int), SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_VTABLE_END,
};

static struct { int active, locked, remote; } session = { 1, 0, 0 }, distant = { 1, 0, 1 };

static char user_path[80];

static void obey(const char *line) {
        int value = 0;
        char word[16];

        CHECK(sscanf(line, "%15s %d", word, &value) >= 1);
        if (strcmp(word, "sleep") == 0)
                CHECK(sd_bus_emit_signal(bus, MANAGER, LOGIND ".Manager", "PrepareForSleep", "b", value) >=
                      0);
        else if (strcmp(word, "click") == 0)
                click(value);
        else if (strcmp(word, "lock") == 0)
                CHECK(sd_bus_emit_signal(bus, SESSION, LOGIND ".Session", "Lock", "") >= 0);
        else if (strcmp(word, "remote") == 0)
                session.remote = value;
        else if (strcmp(word, "distant") == 0)
                distant.remote = value;
        else if (strcmp(word, "hint") == 0) {
                session.locked = value;
                CHECK(sd_bus_emit_properties_changed(bus, SESSION, LOGIND ".Session", "LockedHint", NULL) >=
                      0);
        } else if (strcmp(word, "active") == 0) {
                session.active = value;
                CHECK(sd_bus_emit_properties_changed(bus, SESSION, LOGIND ".Session", "Active", NULL) >= 0);
        } else {
                CHECK_STR(word, "session");
                CHECK(value >= 0 && value <= 2);
                display = value;
                CHECK(sd_bus_emit_properties_changed(bus, user_path, LOGIND ".User", "Display", NULL) >= 0);
        }
}

/* Unbuffered: what stdio keeps to itself, epoll does not tell of. */
static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata) {
        static char line[80];
        static size_t length;
        char c;

        if (read(fd, &c, 1) <= 0)
                return sd_event_exit(loop, 0);
        CHECK(length + 1 < sizeof(line));
        line[length++] = c;
        if (c != '\n')
                return 0;
        line[length] = '\0';
        length = 0;
        obey(line);
        return 0;
}

/* --- all --- */

static void be_notifications(void) {
        CHECK(sd_bus_open_user(&bus) >= 0);
        CHECK(sd_bus_add_object_vtable(bus, NULL, "/org/freedesktop/Notifications",
                                       "org.freedesktop.Notifications", notifications_vtable, NULL) >= 0);
        CHECK(sd_bus_request_name(bus, "org.freedesktop.Notifications", 0) >= 0);
}

static void be_logind(void) {
        snprintf(user_path, sizeof(user_path), MANAGER "/user/_%u", getuid());
        CHECK(sd_bus_open_system(&bus) >= 0);
        CHECK(sd_bus_add_object_vtable(bus, NULL, MANAGER, LOGIND ".Manager", manager_vtable, NULL) >= 0);
        CHECK(sd_bus_add_object_vtable(bus, NULL, user_path, LOGIND ".User", user_vtable, NULL) >= 0);
        CHECK(sd_bus_add_object_vtable(bus, NULL, SESSION, LOGIND ".Session", session_vtable, &session) >= 0);
        CHECK(sd_bus_add_object_vtable(bus, NULL, DISTANT, LOGIND ".Session", session_vtable, &distant) >= 0);
        CHECK(sd_event_add_io(loop, NULL, STDIN_FILENO, EPOLLIN, on_input, NULL) >= 0);
        CHECK(sd_bus_request_name(bus, LOGIND, 0) >= 0);
}

static void be_tray(void) {
        CHECK(sd_bus_open_user(&bus) >= 0);
        CHECK(sd_bus_add_object_vtable(bus, NULL, "/StatusNotifierWatcher", TRAY, tray_vtable, NULL) >= 0);
        CHECK(sd_bus_match_signal(bus, NULL, NULL, "/StatusNotifierItem", ITEM, "NewIcon", on_new_icon,
                                  NULL) >= 0);
        CHECK(sd_bus_match_signal(bus, NULL, "org.freedesktop.DBus", NULL, NULL, "NameOwnerChanged", on_owner,
                                  NULL) >= 0);
        CHECK(sd_event_add_io(loop, NULL, STDIN_FILENO, EPOLLIN, on_input, NULL) >= 0);
        CHECK(sd_bus_request_name(bus, TRAY, 0) >= 0);
}

int main(int argc, char *argv[]) {
        CHECK_EQ(argc, 2);
        CHECK(sd_event_new(&loop) >= 0);
        if (strcmp(argv[1], "notifications") == 0)
                be_notifications();
        else if (strcmp(argv[1], "tray") == 0)
                be_tray();
        else
                be_logind();
        CHECK(sd_bus_attach_event(bus, loop, SD_EVENT_PRIORITY_NORMAL) >= 0);
        say("ready");
        CHECK_EQ(sd_event_loop(loop), 0);
        sd_bus_flush_close_unref(bus);
        sd_event_unref(loop);
        return 0;
}
