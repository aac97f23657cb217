/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Against a real libvirtd of our own: unprivileged sockets in a scratch folder, libvirt's test hypervisor
 * behind them, so that RPC, events and the loss of the connection are real and only the guests are not.
 */
#include "switcher/hypervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/loop.h"
#include "tests/test.h"

extern char **environ;

struct seen {
        sd_event *loop;
        bool connected;
        char problem[512];
        unsigned connections;
        char name[64];
        enum hypervisor_state state;
        unsigned domains;
        uint64_t serial;
        char error[512];
        bool described;
        unsigned results;
};

static char scratch[64], socket_path[128];

static void on_connection(bool connected, const char *problem, void *userdata) {
        struct seen *seen = userdata;

        seen->connected = connected;
        seen->connections++;
        snprintf(seen->problem, sizeof(seen->problem), "%s", problem ? problem : "");
}

static void on_domain(const char *name, enum hypervisor_state state, const char *how,
                      struct domain_info *info, void *userdata) {
        struct seen *seen = userdata;

        CHECK((info != NULL) == (state != DOMAIN_GONE));
        snprintf(seen->name, sizeof(seen->name), "%s", name);
        seen->state = state;
        seen->domains++;
        domain_free(info);
}

static void on_result(uint64_t serial, const char *error, struct domain_info *info, void *userdata) {
        struct seen *seen = userdata;

        seen->serial = serial;
        snprintf(seen->error, sizeof(seen->error), "%s", error ? error : "");
        seen->described = info != NULL;
        seen->results++;
        domain_free(info);
}

/* As an ordinary user in any case: root's would be the machine's own. */
#define NOBODY 65534

static pid_t start_libvirtd(void) {
        char *as_root[] = { "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "libvirtd", NULL };
        char **argv = geteuid() == 0 ? as_root : as_root + 4;
        posix_spawn_file_actions_t actions;
        char log[128];
        pid_t pid;

        snprintf(log, sizeof(log), "%s/libvirtd.log", scratch);
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) != 0)
                test_fail("libvirtd does not start");
        posix_spawn_file_actions_destroy(&actions);
        return pid;
}

static void end(pid_t pid, int signal_number) {
        kill(pid, signal_number);
        waitpid(pid, NULL, 0);
}

/* Turns the loop until CONDITION, a minute at the most. */
#define turn_until(seen, condition)                                                                          \
        do {                                                                                                 \
                unsigned turns_ = 0;                                                                         \
                while (!(condition)) {                                                                       \
                        CHECK(sd_event_run((seen)->loop, 100000) >= 0);                                      \
                        if (++turns_ > 100000)                                                               \
                                test_fail("'%s' did not come about: problem '%s', error '%s'", #condition,   \
                                          (seen)->problem, (seen)->error);                                   \
                }                                                                                            \
        } while (0)

static void request(struct hypervisor *hypervisor, struct seen *seen, enum hypervisor_operation operation,
                    const char *domain) {
        static uint64_t serial;
        unsigned before = seen->results;

        CHECK_EQ(hypervisor_request(hypervisor, operation, domain, ++serial), 0);
        turn_until(seen, seen->results > before);
        CHECK_EQ(seen->serial, serial);
}

/* libvirt's own fixture has one running domain, called test. */
static void test_lifecycle(struct hypervisor *hypervisor, struct seen *seen) {
        turn_until(seen, seen->domains > 0);
        CHECK_STR(seen->name, "test");
        CHECK_EQ(seen->state, DOMAIN_RUNNING);

        request(hypervisor, seen, HYPERVISOR_DESCRIBE, "test");
        CHECK_STR(seen->error, "");
        CHECK(seen->described);

        request(hypervisor, seen, HYPERVISOR_CREATE, "test");
        CHECK(strstr(seen->error, "libvirt: "));

        request(hypervisor, seen, HYPERVISOR_SUSPEND, "test");
        CHECK_STR(seen->error, "");
        turn_until(seen, seen->state == DOMAIN_PAUSED);
        request(hypervisor, seen, HYPERVISOR_RESUME, "test");
        CHECK_STR(seen->error, "");
        turn_until(seen, seen->state == DOMAIN_RUNNING);
        request(hypervisor, seen, HYPERVISOR_RESUME, "test");
        CHECK(strstr(seen->error, "libvirt: "));

        request(hypervisor, seen, HYPERVISOR_SHUTDOWN, "test");
        CHECK_STR(seen->error, "");
        turn_until(seen, seen->state == DOMAIN_GONE);

        request(hypervisor, seen, HYPERVISOR_CREATE, "test");
        CHECK_STR(seen->error, "");
        turn_until(seen, seen->state == DOMAIN_RUNNING);

        request(hypervisor, seen, HYPERVISOR_DESTROY, "test");
        turn_until(seen, seen->state == DOMAIN_GONE);

        request(hypervisor, seen, HYPERVISOR_DESCRIBE, "nobody");
        CHECK(strstr(seen->error, "there is no domain 'nobody'; 'virsh -c "));
}

/* The test hypervisor cannot plug anything; what is asked, of whom, and by whom it is answered, is the same.
 */
static void test_device(struct hypervisor *hypervisor, struct seen *seen) {
        unsigned before = seen->results;

        CHECK_EQ(hypervisor_request_device(hypervisor, HYPERVISOR_ATTACH, "test",
                                           "<input type='passthrough'/>", 70),
                 0);
        turn_until(seen, seen->results == before + 1);
        CHECK_EQ(seen->serial, 70);
        CHECK_EQ(hypervisor_request_device(hypervisor, HYPERVISOR_DETACH, "nobody", "input0", 71), 0);
        turn_until(seen, seen->results == before + 2);
        CHECK_EQ(seen->serial, 71);
        CHECK(strstr(seen->error, "there is no domain 'nobody'"));
}

static void test_connection_lost_and_made_again(struct hypervisor *hypervisor, struct seen *seen,
                                                pid_t *libvirtd) {
        end(*libvirtd, SIGKILL);
        turn_until(seen, !seen->connected);
        CHECK(strstr(seen->problem, "systemctl status libvirtd"));
        request(hypervisor, seen, HYPERVISOR_DESCRIBE, "test");
        CHECK(strstr(seen->error, "not connected to libvirt"));

        seen->domains = 0;
        *libvirtd = start_libvirtd();
        turn_until(seen, seen->connected);
        turn_until(seen, seen->domains > 0);
        CHECK_EQ(seen->state, DOMAIN_RUNNING);
}

/* A stopped libvirtd swallows a call; the loop turns on, and the end does not wait for it. */
static void test_stuck(struct hypervisor *hypervisor, struct seen *seen, pid_t libvirtd) {
        unsigned before = seen->results;

        kill(libvirtd, SIGSTOP);
        CHECK_EQ(hypervisor_request(hypervisor, HYPERVISOR_DESCRIBE, "test", 99), 0);
        CHECK_EQ(hypervisor_request(hypervisor, HYPERVISOR_CREATE, "test", 100), 0);
        for (int i = 0; i < 20; i++)
                CHECK(sd_event_run(seen->loop, 10000) >= 0);
        CHECK_EQ(seen->results, before);
}

static void remove_scratch(void) {
        char command[100];

        snprintf(command, sizeof(command), "rm -rf %s", scratch);
        CHECK_EQ(system(command), 0);
}

static void on_reload(void *userdata) {
}

int main(void) {
        /* Static, since what a stuck call may yet use is left behind on purpose, and is no leak. */
        static struct hypervisor *hypervisor;
        struct seen seen = { 0 };
        const struct hypervisor_callbacks callbacks = { on_connection, on_domain, on_result, &seen };
        char uri[200];
        pid_t libvirtd;

        snprintf(scratch, sizeof(scratch), "/tmp/pillion-test.%d", getpid());
        if (access("/usr/sbin/libvirtd", X_OK) < 0)
                test_skip("libvirtd is not installed");
        CHECK_EQ(mkdir(scratch, 0700), 0);
        if (geteuid() == 0)
                CHECK_EQ(chown(scratch, NOBODY, NOBODY), 0);
        setenv("XDG_RUNTIME_DIR", scratch, 1);
        setenv("XDG_CONFIG_HOME", scratch, 1);
        setenv("XDG_CACHE_HOME", scratch, 1);
        setenv("HOME", scratch, 1);
        snprintf(socket_path, sizeof(socket_path), "%s/libvirt/libvirt-sock", scratch);
        snprintf(uri, sizeof(uri), "test+unix:///default?socket=%s", socket_path);

        CHECK_EQ(loop_new(&seen.loop, on_reload, NULL), 0);
        /* It is not there yet: that is a problem to tell, not an end. */
        CHECK_EQ(hypervisor_new(&hypervisor, seen.loop, uri, &callbacks), 0);
        turn_until(&seen, seen.connections > 0);
        CHECK(!seen.connected);
        CHECK(strstr(seen.problem, "cannot connect to test+unix"));

        libvirtd = start_libvirtd();
        turn_until(&seen, seen.connected);
        test_lifecycle(hypervisor, &seen);
        test_device(hypervisor, &seen);
        test_connection_lost_and_made_again(hypervisor, &seen, &libvirtd);
        test_stuck(hypervisor, &seen, libvirtd);
        hypervisor_free(hypervisor);
        loop_free(seen.loop);
        end(libvirtd, SIGKILL);
        remove_scratch();
        return 0;
}
