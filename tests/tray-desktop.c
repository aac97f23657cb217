/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/tray-desktop.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define WATCHER "org.kde.StatusNotifierWatcher"

extern char **environ;

struct desktop desktop;

struct tray_facts facts = {
        .state = STATE_HOST,
        .loan = { .profile = "", .phase = "host", .step = "", .reason = "" },
        .guest = "win_10",
        .reason = "",
        .problem = "",
};

static pid_t daemon_pid;

static void look(struct tray_facts *ret, void *userdata) {
        *ret = facts;
        desktop.looks++;
}

static void on_choice(enum tray_entry_id id, void *userdata) {
        size_t n = strlen(desktop.chosen);

        snprintf(desktop.chosen + n, sizeof(desktop.chosen) - n, "%d ", id + 1);
}

static const struct tray_handlers handlers = { look, on_choice };

void desktop_turn(unsigned times) {
        while (times-- > 0)
                CHECK(sd_event_run(desktop.loop, 2000) >= 0);
}

static int on_register(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        const char *path;

        CHECK(sd_bus_message_read(call, "s", &path) > 0);
        CHECK_STR(path, "/StatusNotifierItem");
        snprintf(desktop.item, sizeof(desktop.item), "%s", sd_bus_message_get_sender(call));
        desktop.registrations++;
        return sd_bus_reply_method_return(call, NULL);
}

static const sd_bus_vtable watcher_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("RegisterStatusNotifierItem", "s", NULL, on_register, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

static int on_signal(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        size_t n = strlen(desktop.heard);
        const char *status = "";

        if (sd_bus_message_has_signature(signal, "s"))
                CHECK(sd_bus_message_read(signal, "s", &status) > 0);
        snprintf(desktop.heard + n, sizeof(desktop.heard) - n, "%s%s%s ", sd_bus_message_get_member(signal),
                 *status ? "=" : "", status);
        return 0;
}

static sd_bus_message *answered;

static int on_answer(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        answered = sd_bus_message_ref(answer);
        return 0;
}

/* Its signals come before its answers, so that whatever was heard when one is here is all there was. */
sd_bus_message *desktop_send(sd_bus_message *call) {
        answered = NULL;
        CHECK(sd_bus_call_async(desktop.bus, NULL, call, on_answer, NULL, 0) >= 0);
        sd_bus_message_unref(call);
        desktop_until(answered);
        return answered;
}

sd_bus_message *desktop_call(const char *path, const char *interface, const char *member) {
        sd_bus_message *call;

        CHECK(sd_bus_message_new_method_call(desktop.bus, &call, desktop.item, path, interface, member) >= 0);
        return call;
}

const char *desktop_error(sd_bus_message *answer) {
        static char text[200];
        const sd_bus_error *error = sd_bus_message_get_error(answer);

        snprintf(text, sizeof(text), "%s", error ? error->message : "");
        sd_bus_message_unref(answer);
        return text;
}

const char *desktop_property(const char *path, const char *interface, const char *property) {
        static char text[200];
        sd_bus_message *answer = desktop_ask(path, PROPERTIES, "Get", "ss", interface, property);
        const char *value;

        if (sd_bus_message_read(answer, "v", "s", &value) < 0)
                CHECK(sd_bus_message_read(answer, "v", "o", &value) > 0);
        snprintf(text, sizeof(text), "%s", value);
        sd_bus_message_unref(answer);
        return text;
}

void desktop_print(sd_bus_message *answer, FILE *out) {
        const char *name, *type, *text;
        int flag;

        CHECK(sd_bus_message_enter_container(answer, 'a', "{sv}") > 0);
        while (sd_bus_message_enter_container(answer, 'e', "sv") > 0) {
                CHECK(sd_bus_message_read(answer, "s", &name) > 0);
                CHECK(sd_bus_message_peek_type(answer, NULL, &type) > 0);
                if (*type == 's') {
                        CHECK(sd_bus_message_read(answer, "v", "s", &text) > 0);
                        fprintf(out, " %s=%s", name, text);
                } else {
                        CHECK(sd_bus_message_read(answer, "v", "b", &flag) > 0);
                        fprintf(out, " %s=%d", name, flag);
                }
                CHECK(sd_bus_message_exit_container(answer) > 0);
        }
        CHECK(sd_bus_message_exit_container(answer) > 0);
}

void desktop_watch(bool there) {
        unsigned registrations = desktop.registrations;

        if (!there) {
                CHECK(sd_bus_release_name(desktop.bus, WATCHER) >= 0);
                desktop_turn(20);
                return;
        }
        CHECK(sd_bus_request_name(desktop.bus, WATCHER, 0) >= 0);
        desktop_until(desktop.registrations == registrations + 1);
}

void desktop_change(void) {
        *desktop.heard = '\0';
        tray_changed(desktop.tray);
        desktop_turn(2);
        (void)desktop_property(ITEM_PATH, ITEM, "Status"); /* all that was sent before is here then */
}

/* --- the bus --- */

static void end_daemon(void) {
        if (daemon_pid > 0)
                kill(daemon_pid, SIGKILL);
}

static void start_bus(void) {
        char *const argv[] = {
                "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address", NULL
        };
        posix_spawn_file_actions_t actions;
        char line[200];
        int out[2];
        ssize_t n;

        CHECK_EQ(pipe2(out, O_CLOEXEC), 0);
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        if (posix_spawnp(&daemon_pid, argv[0], &actions, NULL, argv, environ) != 0)
                test_skip("%s is not installed", argv[0]);
        CHECK_EQ(atexit(end_daemon), 0);
        posix_spawn_file_actions_destroy(&actions);
        close(out[1]);
        n = read(out[0], line, sizeof(line) - 1);
        CHECK(n > 0);
        line[strcspn(line, "\n")] = '\0';
        close(out[0]);
        CHECK_EQ(setenv("DBUS_SESSION_BUS_ADDRESS", line, 1), 0);
}

static void start_shell(void) {
        CHECK(sd_bus_open_user(&desktop.bus) >= 0);
        CHECK(sd_bus_attach_event(desktop.bus, desktop.loop, SD_EVENT_PRIORITY_NORMAL) >= 0);
        CHECK(sd_bus_add_object_vtable(desktop.bus, NULL, "/StatusNotifierWatcher", WATCHER, watcher_vtable,
                                       NULL) >= 0);
        CHECK(sd_bus_add_match(desktop.bus, NULL, "type='signal',interface='" ITEM "'", on_signal, NULL) >=
              0);
        CHECK(sd_bus_add_match(desktop.bus, NULL, "type='signal',interface='" MENU "'", on_signal, NULL) >=
              0);
}

void desktop_start(void) {
        CHECK(sd_event_new(&desktop.loop) >= 0);
        start_bus();
        start_shell();
        CHECK_EQ(tray_new(&desktop.tray, desktop.loop, &handlers, NULL), 0);
}

/* That its connection is gone is what takes the icon away. */
static void check_gone(void) {
        sd_bus_message *answer;
        int owned;

        CHECK(sd_bus_call_method(desktop.bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                 "NameHasOwner", NULL, &answer, "s", desktop.item) >= 0);
        CHECK(sd_bus_message_read(answer, "b", &owned) > 0);
        CHECK(!owned);
        sd_bus_message_unref(answer);
}

void desktop_end(void) {
        tray_free(desktop.tray);
        check_gone();
        sd_bus_flush_close_unref(desktop.bus);
        sd_event_unref(desktop.loop);
        end_daemon();
        waitpid(daemon_pid, NULL, 0);
        daemon_pid = 0;
}
