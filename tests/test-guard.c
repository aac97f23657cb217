/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard as systemd has it, a process of its own that speaks to a notification socket, against a real
 * libvirtd whose one domain comes and goes.
 */
#include "switcher/guard.h"

#include <poll.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/libvirtd.h"
#include "tests/notify.h"
#include "tests/threads.h"

#define GIVEN_BACK 7

static struct {
        char uri[200];
        pid_t libvirtd, keeper, guard;
        int notify, interrupt; /* where we hear it, and where we tell it to end */
        char said[2000];       /* all of it, since the guard was started */
        uint64_t patience;     /* of the next guard with a guest that shuts down */
} world;

static uint64_t now(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static int give_back(void *userdata) {
        return count_threads() == 1 ? GIVEN_BACK : 99;
}

/*
 * Stays connected: when nobody is any more, libvirt's test hypervisor forgets all that has happened to its
 * domain.
 */
static void start_libvirtd(void) {
        char *argv[] = { "setpriv", "--pdeathsig", "KILL",  "virsh",  "--quiet", "--connect",
                         world.uri, "event",       "--all", "--loop", NULL };
        posix_spawn_file_actions_t actions;

        if (world.keeper > 0)
                libvirtd_end(world.keeper, SIGKILL);
        world.libvirtd = libvirtd_start();
        for (int tries = 0; !libvirtd_try(world.uri, "domstate"); tries++) {
                CHECK(tries < 600);
                (void)poll(NULL, 0, 100);
        }
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
        CHECK_EQ(posix_spawnp(&world.keeper, argv[0], &actions, NULL, argv, environ), 0);
        posix_spawn_file_actions_destroy(&actions);
}

/* Reads what it says for up to USEC, or until it has said TEXT. */
static bool listen_for(const char *text, uint64_t usec) {
        uint64_t end = now() + usec;
        char message[400];

        while (now() < end) {
                size_t length = strlen(world.said);

                if (*text && strstr(world.said, text))
                        return true;
                (void)poll(&(struct pollfd){ .fd = world.notify, .events = POLLIN }, 1, 50);
                (void)notify_receive(world.notify, message, sizeof(message));
                if (*message && length + strlen(message) + 2 < sizeof(world.said))
                        sprintf(world.said + length, "%s\n", message);
        }
        return false;
}

static void start_guard(const char *domain, uint64_t grace) {
        const struct profile profile = {
                .domain = (char *)domain,
                .uri = world.uri,
                .grace = grace,
                .shutdown_timeout = world.patience,
        };
        int fds[2];

        CHECK_EQ(pipe(fds), 0);
        (void)listen_for("", 100000); /* what the last one had still to say */
        *world.said = '\0';
        world.guard = fork();
        CHECK(world.guard >= 0);
        if (world.guard == 0) {
                close(fds[1]);
                _exit(guard_stay(&(const struct guard_options){ &profile, fds[0], give_back, NULL }));
        }
        close(fds[0]);
        world.interrupt = fds[1];
}

static void expect(const char *text) {
        if (!listen_for(text, 60000000))
                test_fail("the guard did not say '%s', but '%s'", text, world.said);
}

static void expect_still_there(uint64_t usec) {
        (void)listen_for("", usec);
        CHECK_EQ(waitpid(world.guard, NULL, WNOHANG), 0);
}

static void expect_end(int want) {
        int status;

        CHECK_EQ(waitpid(world.guard, &status, 0), world.guard);
        CHECK(WIFEXITED(status));
        CHECK_EQ(WEXITSTATUS(status), want);
        (void)listen_for("", 100000);
        CHECK(strstr(world.said, "STOPPING=1"));
        close(world.interrupt);
}

static void tell_to_end(void) {
        CHECK_EQ(write(world.interrupt, "", 1), 1);
}

static void test_guest_ends(void) {
        start_guard("test", 500000);
        expect("READY=1");
        expect("lent; the guest runs");
        expect_still_there(1000000);
        libvirtd_virsh(world.uri, "destroy");
        expect("the guest has ended");
        expect_end(GIVEN_BACK);
}

static void test_renewed(void) {
        const uint64_t second = 1000000;
        uint64_t gone;

        libvirtd_virsh(world.uri, "start");
        start_guard("test", 5 * second);
        expect("lent; the guest runs");
        gone = now();
        libvirtd_virsh(world.uri, "destroy");
        expect("the guest has ended");
        expect_still_there(second);
        kill(world.guard, SIGHUP);
        expect_end(GIVEN_BACK);
        CHECK(now() - gone >= 6 * second);
}

/* It is there again within the time. */
static void test_started_again(void) {
        libvirtd_virsh(world.uri, "start");
        start_guard("test", 6000000);
        expect("lent; the guest runs");
        libvirtd_virsh(world.uri, "destroy");
        expect("the guest has ended");
        *world.said = '\0';
        libvirtd_virsh(world.uri, "start");
        expect("lent; the guest runs");
        expect_still_there(7000000);
        tell_to_end();
        expect_end(GIVEN_BACK);
}

/* Nobody has started it yet; told to end, it need not wait for anybody. */
static void test_never_started(void) {
        start_guard("nobody", 100000);
        expect("waiting for the guest to be started");
        expect_still_there(1000000);
        tell_to_end();
        expect_end(GIVEN_BACK);
        CHECK(!strstr(world.said, "EXTEND_TIMEOUT_USEC="));
}

static void test_no_grace(void) {
        libvirtd_virsh(world.uri, "start");
        start_guard("test", 0);
        expect("lent; the guest runs");
        libvirtd_virsh(world.uri, "destroy");
        expect("the guest has ended");
        expect_still_there(1000000);
        tell_to_end();
        expect_end(GIVEN_BACK);
}

/* A libvirtd that dies, hangs or starts anew is no guest that has ended. */
static void test_libvirtd_restarts(void) {
        libvirtd_virsh(world.uri, "start");
        start_guard("test", 100000);
        expect("lent; the guest runs");
        libvirtd_end(world.libvirtd, SIGKILL);
        expect("cannot connect");
        expect_still_there(1000000);
        *world.said = '\0';
        start_libvirtd();
        expect("lent; the guest runs\n"); /* and not that libvirt is silent */
        tell_to_end();
        expect("EXTEND_TIMEOUT_USEC=180000000");
        expect_end(GIVEN_BACK);
}

/* Nor is the time of one that has ended over, before libvirt can say that it was not started again. */
static void test_libvirtd_is_gone_in_time(void) {
        libvirtd_virsh(world.uri, "start");
        start_guard("test", 5000000);
        expect("lent; the guest runs");
        libvirtd_virsh(world.uri, "destroy");
        expect("the guest has ended");
        libvirtd_end(world.libvirtd, SIGKILL);
        expect("cannot connect");
        expect_still_there(6000000);
        *world.said = '\0';
        start_libvirtd();
        expect("lent; the guest runs");
        tell_to_end();
        expect_end(GIVEN_BACK);
}

static pid_t first_child(pid_t pid) {
        char path[64];
        int child = 0;
        FILE *file;

        snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
        file = fopen(path, "re");
        CHECK(file && fscanf(file, "%d", &child) == 1);
        fclose(file);
        return child;
}

/* Who asks libvirt has died, and another cannot be started at once. */
static void test_watched_again(void) {
        struct rlimit before;

        libvirtd_virsh(world.uri, "start");
        start_guard("test", 100000);
        expect("lent; the guest runs");
        CHECK_EQ(kill(first_child(world.guard), SIGKILL), 0);
        expect("has died");
        (void)listen_for("", 200000); /* it has set its timer */
        CHECK_EQ(prlimit(world.guard, RLIMIT_NOFILE, NULL, &before), 0);
        CHECK_EQ(prlimit(world.guard, RLIMIT_NOFILE, &(struct rlimit){ 3, before.rlim_max }, NULL), 0);
        expect_still_there(2500000);
        *world.said = '\0';
        CHECK_EQ(prlimit(world.guard, RLIMIT_NOFILE, &before, NULL), 0);
        expect("lent; the guest runs");
        tell_to_end();
        expect_end(GIVEN_BACK);
}

static void test_guest_cannot_be_ended(void) {
        libvirtd_virsh(world.uri, "start");
        world.patience = 1000000;
        start_guard("test", 100000);
        expect("lent; the guest runs");
        kill(world.libvirtd, SIGSTOP);
        expect_still_there(500000);
        tell_to_end();
        expect_end(EXIT_FAILURE);
        kill(world.libvirtd, SIGCONT);
}

int main(void) {
        char path[100];

        libvirtd_prepare(world.uri, sizeof(world.uri));
        snprintf(path, sizeof(path), "%s/notify", libvirtd_scratch);
        world.notify = notify_listen(path);
        world.patience = 120000000;
        start_libvirtd();
        test_guest_ends();
        test_renewed();
        test_started_again();
        test_never_started();
        test_no_grace();
        test_libvirtd_restarts();
        test_libvirtd_is_gone_in_time();
        test_watched_again();
        test_guest_cannot_be_ended();
        libvirtd_end(world.keeper, SIGKILL);
        libvirtd_end(world.libvirtd, SIGKILL);
        libvirtd_clear();
        return 0;
}
