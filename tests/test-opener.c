/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The opener against a bus of its own and a service that says it is pillion-devices, both on the opener's own
 * loop: whatever waited for an answer would wait for ever.
 */
#include "input/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>

#include <systemd/sd-bus.h>

#include "input/devices.h"
#include "tests/await.h"
#include "tests/ring.h"
#include "tests/session.h"

struct world {
        char directory[64], secret[96], other[96], open[96];
        pid_t daemon;
        sd_event *loop;
        sd_bus *service;
        unsigned calls;     /* that it got */
        const char *error;  /* what it answers, or NULL: it gives */
        bool mute, nothing; /* says nothing; says yes, without a descriptor */
        sd_bus_message *held;
        struct opener *opener;
        unsigned ready;
};

/* --- the service --- */

static int give(sd_bus_message *call) {
        int fd = open("/dev/null", O_RDWR | O_CLOEXEC), r;

        CHECK(fd >= 0);
        r = sd_bus_reply_method_return(call, "h", fd);
        close(fd);
        return r;
}

static int on_open_input(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        struct world *world = userdata;

        if (!sd_bus_message_is_method_call(call, DEVICES_IFACE, "OpenInput"))
                return 0;
        world->calls++;
        if (world->mute) {
                sd_bus_message_unref(world->held);
                world->held = sd_bus_message_ref(call);
                return 1;
        }
        if (world->nothing)
                return sd_bus_reply_method_return(call, "s", "yes");
        if (world->error)
                return sd_bus_error_set(error, world->error, "because");
        return give(call);
}

static void service_start(struct world *world) {
        CHECK(sd_bus_open_system(&world->service) >= 0);
        CHECK(sd_bus_attach_event(world->service, world->loop, SD_EVENT_PRIORITY_NORMAL) >= 0);
        CHECK(sd_bus_add_object(world->service, NULL, DEVICES_PATH, on_open_input, world) >= 0);
        CHECK(sd_bus_request_name(world->service, DEVICES_NAME, 0) >= 0);
}

/* --- the world --- */

static void on_ready(void *userdata) {
        struct world *world = userdata;

        world->ready++;
}

static void make_node(char *path, size_t size, const struct world *world, const char *name, mode_t mode) {
        int fd;

        snprintf(path, size, "%s/%s", world->directory, name);
        fd = creat(path, mode);
        CHECK(fd >= 0);
        close(fd);
}

static void start_bus(struct world *world) {
        char socket[96], address[128], option[160];
        const char *const argv[] = { "dbus-daemon", "--session", "--nofork", "--nopidfile", option, NULL };

        snprintf(socket, sizeof(socket), "%s/bus", world->directory);
        snprintf(address, sizeof(address), "unix:path=%s", socket);
        snprintf(option, sizeof(option), "--address=%s", address);
        setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
        fflush(NULL);
        world->daemon = fork();
        CHECK(world->daemon >= 0);
        if (world->daemon == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                execvp(argv[0], (char *const *)argv);
                _exit(127);
        }
        await_listener(socket);
}

static void world_open(struct world *world) {
        *world = (struct world){ .directory = "/tmp/pillion-opener.XXXXXX" };
        CHECK(mkdtemp(world->directory));
        make_node(world->secret, sizeof(world->secret), world, "secret", 0);
        make_node(world->other, sizeof(world->other), world, "other", 0);
        make_node(world->open, sizeof(world->open), world, "open", 0600);
        CHECK(sd_event_new(&world->loop) >= 0);
        CHECK_EQ(opener_new(&world->opener, world->loop, on_ready, world), 0);
}

static void world_open_served(struct world *world) {
        world_open(world);
        start_bus(world);
        service_start(world);
}

static void world_close(struct world *world) {
        char command[128];

        world->opener = opener_free(world->opener);
        sd_bus_message_unref(world->held);
        sd_bus_flush_close_unref(world->service);
        sd_event_unref(world->loop);
        end(world->daemon, SIGTERM);
        snprintf(command, sizeof(command), "rm -rf %s", world->directory);
        CHECK_EQ(system(command), 0);
}

static void answered(struct world *world) {
        unsigned before = world->ready;

        RUN_UNTIL(world->loop, world->ready > before);
}

static void check_given(struct world *world, const char *path) {
        int fd = opener_open(world->opener, path);
        struct stat given, null;
        char why[300] = "";

        (void)opener_problem(world->opener, path, why, sizeof(why));
        if (fd < 0)
                test_fail("%s: %s", strerror(-fd), why);
        CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
        CHECK_EQ(fstat(fd, &given), 0);
        CHECK_EQ(stat("/dev/null", &null), 0);
        CHECK_EQ(given.st_rdev, null.st_rdev);
        close(fd);
}

/* --- tests --- */

static void test_no_bus(void) {
        struct world world;
        char why[300];

        world_open(&world);
        setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
        CHECK_EQ(opener_open(world.opener, world.secret), -EACCES);
        CHECK(!opener_problem(world.opener, world.secret, why, sizeof(why)));
        CHECK_EQ(opener_open(world.opener, "/nonexistent/node"), -ENOENT);
        world_close(&world);
}

static void test_no_service(void) {
        struct world world;
        char why[300];

        world_open(&world);
        start_bus(&world);
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        answered(&world);
        CHECK_EQ(opener_open(world.opener, world.secret), -EACCES);
        CHECK(opener_problem(world.opener, world.secret, why, sizeof(why)));
        CHECK(strstr(why, "is not installed"));
        CHECK(!opener_problem(world.opener, world.other, why, sizeof(why)));
        world_close(&world);
}

static void test_direct(void) {
        struct world world;
        int fd;

        world_open_served(&world);
        fd = opener_open(world.opener, world.open);
        CHECK(fd >= 0);
        CHECK_EQ(fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDWR | O_NONBLOCK);
        close(fd);
        run_for(world.loop, 100000);
        CHECK_EQ(world.calls, 0);
        CHECK_EQ(world.ready, 0);
        world_close(&world);
}

static void test_given(void) {
        struct world world;

        world_open_served(&world);
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        CHECK_EQ(opener_open(world.opener, world.other), -EINPROGRESS);
        RUN_UNTIL(world.loop, world.ready == 2);
        CHECK_EQ(world.calls, 2);
        check_given(&world, world.secret);
        check_given(&world, world.other);
        /* Each is given once. */
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        answered(&world);
        CHECK_EQ(world.calls, 3);
        /* Not taken, and the device is gone: closed; the next one is another. */
        opener_forget(world.opener, world.secret);
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        answered(&world);
        CHECK_EQ(world.calls, 4);
        world_close(&world);
}

static void test_refused(void) {
        struct world world;
        char why[300] = "";

        world_open_served(&world);
        world.error = DEVICES_ERROR_NOT_AUTHORIZED;
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        CHECK(!opener_problem(world.opener, world.secret, why, sizeof(why)));
        answered(&world);
        for (int i = 0; i < 5; i++)
                CHECK_EQ(opener_open(world.opener, world.secret), -EACCES);
        CHECK(opener_problem(world.opener, world.secret, why, sizeof(why)));
        CHECK_STR(why, "because");
        run_for(world.loop, 100000);
        CHECK_EQ(world.calls, 1); /* no endless asking */

        world.error = NULL;
        opener_retry(world.opener);
        CHECK(!opener_problem(world.opener, world.secret, why, sizeof(why)));
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        answered(&world);
        check_given(&world, world.secret);
        CHECK_EQ(world.calls, 2);
        world_close(&world);
}

/* A no to a question that has been overtaken is none, and whatever is said of a device that was forgotten
 * meanwhile is not heard. */
static void test_overtaken(void) {
        struct world world;
        char why[300];

        world_open_served(&world);
        world.mute = true;
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        RUN_UNTIL(world.loop, world.calls == 1);
        opener_retry(world.opener);
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        CHECK(sd_bus_reply_method_errorf(world.held, DEVICES_ERROR_NOT_AUTHORIZED, "no") >= 0);
        answered(&world);
        CHECK(!opener_problem(world.opener, world.secret, why, sizeof(why)));
        world.mute = false;
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        answered(&world);
        check_given(&world, world.secret);
        CHECK_EQ(world.calls, 2);

        world.mute = true;
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        RUN_UNTIL(world.loop, world.calls == 3);
        opener_forget(world.opener, world.secret);
        world.mute = false;
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        CHECK(sd_bus_reply_method_errorf(world.held, DEVICES_ERROR_NO_SUCH_NODE, "too early") >= 0);
        answered(&world);
        check_given(&world, world.secret);
        CHECK_EQ(world.calls, 4);
        world_close(&world);
}

/* A service that is about to end is asked anew, and one that gives nothing is not. */
static void test_odd_answers(void) {
        struct world world;
        char why[300];

        world_open_served(&world);
        world.error = DEVICES_ERROR_ENDING;
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        answered(&world);
        world.error = NULL;
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        answered(&world);
        check_given(&world, world.secret);
        world.nothing = true;
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        answered(&world);
        CHECK_EQ(opener_open(world.opener, world.secret), -EACCES);
        CHECK(opener_problem(world.opener, world.secret, why, sizeof(why)));
        CHECK(strstr(why, "no descriptor"));
        world_close(&world);
}

static void test_revoked(void) {
        struct world world;

        world_open_served(&world);
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        answered(&world);
        check_given(&world, world.secret);
        CHECK(sd_bus_emit_signal(world.service, DEVICES_PATH, DEVICES_IFACE, "Revoked", "s", world.secret) >=
              0);
        answered(&world);
        world_close(&world);
}

/* Whatever is under way when it is freed: nothing of it comes back. */
static void test_freed_while_asking(void) {
        struct world world;

        world_open_served(&world);
        world.mute = true;
        CHECK_EQ(opener_open(world.opener, world.secret), -EINPROGRESS);
        RUN_UNTIL(world.loop, world.calls == 1);
        opener_forget(world.opener, world.secret);
        CHECK_EQ(opener_open(world.opener, world.other), -EINPROGRESS);
        world.opener = opener_free(world.opener);
        CHECK(give(world.held) >= 0);
        run_for(world.loop, 100000);
        CHECK_EQ(world.ready, 0);
        world_close(&world);
}

int main(void) {
        if (!is_installed("dbus-daemon"))
                test_skip("dbus-daemon is not installed");
        /* Root may open everything. */
        if (geteuid() == 0)
                CHECK(setgroups(0, NULL) == 0 && setgid(65534) == 0 && setuid(65534) == 0);
        test_no_bus();
        test_no_service();
        test_direct();
        test_given();
        test_refused();
        test_overtaken();
        test_odd_answers();
        test_revoked();
        test_freed_while_asking();
}
