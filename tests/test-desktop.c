/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systemd and logind as a child of ours plays them at the other end of a socket, with what is asked of them
 * and nothing more: there need not be either where this runs. The real ones are asked in the lab.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "switcher/desktop.h"
#include "tests/test.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define LOGIND  "org.freedesktop.login1"
#define UNIT    "/org/freedesktop/systemd1/unit/display_2dmanager_2eservice"

struct unit {
        const char *load, *active, *id;
};

struct listed {
        const char *id, *user, *seat, *type, *state, *scope; /* TYPE NULL: it has ended since */
};

static const struct listed listed[] = {
        { "3", "ann", "seat0", "x11", "active", "session-3.scope" },
        { "c1", "lightdm", "seat0", "wayland", "online", "session-c1.scope" },
        { "4", "ann", "seat0", "x11", "closing", "session-4.scope" },
        { "5", "ann", "seat0", "tty", "active", "session-5.scope" },
        { "6", "ann", "", "wayland", "active", "session-6.scope" },
        { "7", "ann", "seat0", NULL, NULL, NULL },
        { "8", "bob", "seat1", "mir", "active", "session-8.scope" },
};
#define N_LISTED (sizeof(listed) / sizeof(*listed))

static int on_load_unit(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        const char *name;

        CHECK(sd_bus_message_read(call, "s", &name) > 0);
        CHECK_STR(name, "display-manager.service");
        return sd_bus_reply_method_return(call, "o", UNIT);
}

static void session_path(size_t i, char *path, size_t size) {
        snprintf(path, size, "/org/freedesktop/login1/session/_%zu", i);
}

static int on_list(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
        char path[64];

        CHECK(sd_bus_message_new_method_return(call, &answer) >= 0);
        CHECK(sd_bus_message_open_container(answer, 'a', "(susso)") >= 0);
        for (size_t i = 0; i < N_LISTED; i++) {
                session_path(i, path, sizeof(path));
                CHECK(sd_bus_message_append(answer, "(susso)", listed[i].id, 1000 + (uint32_t)i,
                                            listed[i].user, listed[i].seat, path) >= 0);
        }
        CHECK(sd_bus_message_close_container(answer) >= 0);
        return sd_bus_send(NULL, answer, NULL);
}

static const sd_bus_vtable manager_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("LoadUnit", "s", "o", on_load_unit, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

static const sd_bus_vtable unit_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("LoadState", "s", NULL, offsetof(struct unit, load), 0),
        SD_BUS_PROPERTY("ActiveState", "s", NULL, offsetof(struct unit, active), 0),
        SD_BUS_PROPERTY("Id", "s", NULL, offsetof(struct unit, id), 0),
        SD_BUS_VTABLE_END,
};

static const sd_bus_vtable logind_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("ListSessions", "", "a(susso)", on_list, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

static const sd_bus_vtable session_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Type", "s", NULL, offsetof(struct listed, type), 0),
        SD_BUS_PROPERTY("State", "s", NULL, offsetof(struct listed, state), 0),
        SD_BUS_PROPERTY("Scope", "s", NULL, offsetof(struct listed, scope), 0),
        SD_BUS_VTABLE_END,
};

static void add_objects(sd_bus *bus, const struct unit *unit) {
        CHECK(sd_bus_add_object_vtable(bus, NULL, "/org/freedesktop/systemd1", SYSTEMD ".Manager",
                                       manager_vtable, NULL) >= 0);
        CHECK(sd_bus_add_object_vtable(bus, NULL, UNIT, SYSTEMD ".Unit", unit_vtable, (void *)unit) >= 0);
        CHECK(sd_bus_add_object_vtable(bus, NULL, "/org/freedesktop/login1", LOGIND ".Manager", logind_vtable,
                                       NULL) >= 0);
        for (size_t i = 0; i < N_LISTED; i++) {
                char path[64];

                session_path(i, path, sizeof(path));
                if (listed[i].type)
                        CHECK(sd_bus_add_object_vtable(bus, NULL, path, LOGIND ".Session", session_vtable,
                                                       (void *)&listed[i]) >= 0);
        }
}

/* Until the other end is closed. UNIT NULL: it answers, but knows nothing. */
static void serve(int fd, const struct unit *unit) {
        sd_bus *bus = NULL;
        sd_id128_t id;
        int r;

        CHECK(sd_id128_randomize(&id) >= 0 && sd_bus_new(&bus) >= 0);
        CHECK(sd_bus_set_fd(bus, fd, fd) >= 0 && sd_bus_set_server(bus, 1, id) >= 0);
        CHECK(sd_bus_set_anonymous(bus, 1) >= 0 && sd_bus_start(bus) >= 0);
        if (unit)
                add_objects(bus, unit);
        do
                r = sd_bus_process(bus, NULL);
        while (r > 0 || (r == 0 && sd_bus_wait(bus, UINT64_MAX) >= 0));
        sd_bus_close_unref(bus);
}

/* What is seen of a machine with that display manager. */
static int look(struct desktop **ret, const struct unit *unit) {
        sd_bus *bus = NULL;
        int fds[2], r;
        pid_t pid;

        CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
        fflush(NULL);
        pid = fork();
        CHECK(pid >= 0);
        if (pid == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                close(fds[0]);
                serve(fds[1], unit);
                _exit(0);
        }
        close(fds[1]);
        CHECK(sd_bus_new(&bus) >= 0 && sd_bus_set_fd(bus, fds[0], fds[0]) >= 0 && sd_bus_start(bus) >= 0);
        r = desktop_look(ret, bus);
        sd_bus_flush_close_unref(bus);
        waitpid(pid, NULL, 0);
        return r;
}

static void check_unit(const struct unit *unit, const char *id, bool active) {
        _cleanup_(desktop_freep) struct desktop *desktop = NULL;

        CHECK_EQ(look(&desktop, unit), 0);
        CHECK_STR(desktop->display_manager, id);
        CHECK_EQ(desktop->active, active);
}

static void test_display_manager(void) {
        check_unit(&(struct unit){ "loaded", "active", "lightdm.service" }, "lightdm.service", true);
        check_unit(&(struct unit){ "loaded", "activating", "gdm.service" }, "gdm.service", true);
        check_unit(&(struct unit){ "loaded", "inactive", "sddm.service" }, "sddm.service", false);
        check_unit(&(struct unit){ "loaded", "failed", "sddm.service" }, "sddm.service", false);
        check_unit(&(struct unit){ "loaded", "deactivating", "sddm.service" }, "sddm.service", false);
        check_unit(&(struct unit){ "not-found", "inactive", "display-manager.service" }, "", false);
        check_unit(&(struct unit){ "masked", "inactive", "display-manager.service" }, "", false);
        check_unit(&(struct unit){ "not-found", "active", "lightdm.service" }, "lightdm.service", true);
}

static void test_sessions(void) {
        _cleanup_(desktop_freep) struct desktop *desktop = NULL;

        CHECK_EQ(look(&desktop, &(struct unit){ "loaded", "active", "lightdm.service" }), 0);
        CHECK_EQ(desktop->n_sessions, 3);
        CHECK_STR(desktop->sessions[0].id, "3");
        CHECK_STR(desktop->sessions[0].scope, "session-3.scope");
        CHECK_STR(desktop->sessions[0].type, "x11");
        CHECK_STR(desktop->sessions[0].seat, "seat0");
        CHECK_STR(desktop->sessions[0].user, "ann");
        CHECK_EQ(desktop->sessions[0].uid, 1000);
        CHECK_STR(desktop->sessions[1].id, "c1");
        CHECK_STR(desktop->sessions[2].id, "8");
        CHECK_EQ(desktop->sessions[2].uid, 1006);
}

static void test_nobody_knows(void) {
        _cleanup_(desktop_freep) struct desktop *desktop = NULL;

        CHECK(look(&desktop, NULL) < 0);
        CHECK(!desktop);
}

int main(void) {
        test_display_manager();
        test_sessions();
        test_nobody_knows();
        return 0;
}
