/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/libvirtd: a real libvirtd of our own: unprivileged sockets in a scratch folder, libvirt's test
 * hypervisor behind them, with one running domain called test.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

/* As an ordinary user in any case: root's would be the machine's own. */
#define LIBVIRTD_UID 65534

extern char **environ;
static char libvirtd_scratch[64];

/* Makes the folder, points the environment there, and gives the URI. Skips the test where there is none. */
static inline void libvirtd_prepare(char *uri, size_t size) {
        if (access("/usr/sbin/libvirtd", X_OK) < 0)
                test_skip("libvirtd is not installed");
        snprintf(libvirtd_scratch, sizeof(libvirtd_scratch), "/tmp/pillion-test.%d", getpid());
        CHECK_EQ(mkdir(libvirtd_scratch, 0700), 0);
        if (geteuid() == 0)
                CHECK_EQ(chown(libvirtd_scratch, LIBVIRTD_UID, LIBVIRTD_UID), 0);
        setenv("XDG_RUNTIME_DIR", libvirtd_scratch, 1);
        setenv("XDG_CONFIG_HOME", libvirtd_scratch, 1);
        setenv("XDG_CACHE_HOME", libvirtd_scratch, 1);
        setenv("HOME", libvirtd_scratch, 1);
        snprintf(uri, size, "test+unix:///default?socket=%s/libvirt/libvirt-sock", libvirtd_scratch);
}

/* It ends with the test, however that ends: whoever waits for the test's output waits for all who have it. */
static inline pid_t libvirtd_start(void) {
        char *as_root[] = { "setpriv",     "--reuid=65534", "--regid=65534", "--clear-groups",
                            "--pdeathsig", "KILL",          "libvirtd",      NULL };
        char *as_user[] = { "setpriv", "--pdeathsig", "KILL", "libvirtd", NULL };
        char **argv = geteuid() == 0 ? as_root : as_user;
        posix_spawn_file_actions_t actions;
        char log[128];
        pid_t pid;

        snprintf(log, sizeof(log), "%s/libvirtd.log", libvirtd_scratch);
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) != 0)
                test_fail("libvirtd does not start");
        posix_spawn_file_actions_destroy(&actions);
        return pid;
}

static inline void libvirtd_end(pid_t pid, int signal_number) {
        kill(pid, signal_number);
        waitpid(pid, NULL, 0);
}

static inline void libvirtd_clear(void) {
        char command[100];

        snprintf(command, sizeof(command), "rm -rf %s", libvirtd_scratch);
        CHECK_EQ(system(command), 0);
}

/* VERBs the domain called test. */
static inline bool libvirtd_try(const char *uri, const char *verb) {
        char *argv[] = { "virsh", "--quiet", "--connect", (char *)uri, (char *)verb, "test", NULL };
        int status;
        pid_t pid;

        CHECK_EQ(posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ), 0);
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        return status == 0;
}

static inline void libvirtd_virsh(const char *uri, const char *verb) {
        if (!libvirtd_try(uri, verb))
                test_fail("virsh %s has failed", verb);
}
