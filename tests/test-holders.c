/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real processes that hold real devices which nobody else has open: /dev/full, and a mapping of /dev/zero.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "switcher/holders-internal.h"
#include "tests/sysfs.h"

/* 1:7 and 1:5; makedev() is no constant. */
static const struct holders_node full = { .number = 0x107, .name = "full", .device = "a" };
static const struct holders_node zero = { .number = 0x105, .name = "zero", .device = "b" };

static int ready_fd; /* of a child */

static void say_ready(void) {
        CHECK_EQ(write(ready_fd, "", 1), 1);
        for (;;)
                pause();
}

/* A child that holds what HOLD takes, once it has it. */
static pid_t start(void (*hold)(void)) {
        int ready[2];
        char byte;
        pid_t pid;

        CHECK_EQ(pipe2(ready, O_CLOEXEC), 0);
        pid = fork();
        CHECK(pid >= 0);
        if (pid == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                close(ready[0]);
                ready_fd = ready[1];
                hold();
                say_ready();
        }
        close(ready[1]);
        CHECK_EQ(read(ready[0], &byte, 1), 1);
        close(ready[0]);
        return pid;
}

static void end(pid_t pid) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
}

static struct holders *look(const struct holders_node *nodes, size_t n) {
        struct holders *holders = NULL;

        CHECK_EQ(holders_look(&holders, "/proc", nodes, n), 0);
        return holders;
}

/* How many of PID's there are; *RET is the first. */
static size_t find(const struct holders *holders, pid_t pid, const struct holder **ret) {
        size_t n = 0;

        *ret = NULL;
        for (size_t i = 0; i < holders->n; i++)
                if (holders->items[i].pid == pid) {
                        *ret = *ret ?: &holders->items[i];
                        n++;
                }
        return n;
}

static void hold_twice(void) {
        prctl(PR_SET_NAME, "holder\n\x1b[31m");
        CHECK(open("/dev/full", O_RDWR | O_CLOEXEC) >= 0 && open("/dev/full", O_RDONLY | O_CLOEXEC) >= 0);
}

static void hold_path(void) {
        CHECK(open("/dev/full", O_PATH | O_CLOEXEC) >= 0);
}

static void hold_nothing(void) {
}

static void map(bool keep) {
        int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);

        CHECK(fd >= 0 && mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) != MAP_FAILED);
        if (!keep)
                close(fd);
}

static void hold_mapping(void) {
        map(false);
}

static void hold_both(void) {
        map(true);
}

static void test_descriptors(void) {
        pid_t twice = start(hold_twice), path = start(hold_path), none = start(hold_nothing);
        int own = open("/dev/full", O_RDONLY | O_CLOEXEC);
        _cleanup_(holders_freep) struct holders *holders = look(&full, 1);
        _cleanup_(holders_freep) struct holders *after = NULL;
        const struct holder *holder;
        char text[200], expected[200];

        CHECK_EQ(find(holders, getpid(), &holder), 0);
        CHECK_EQ(find(holders, none, &holder), 0);
        CHECK_EQ(find(holders, path, &holder), 1);
        CHECK_EQ(find(holders, twice, &holder), 1);
        CHECK_EQ(holder->uid, getuid());
        CHECK(holder->node == full.name && holder->device == full.device && !holder->mapped);
        holder_describe(holder, text, sizeof(text));
        snprintf(expected, sizeof(expected), "holder??[31m (pid %d%s%s, %s) has full of a open", twice,
                 *holder->unit ? ", " : "", *holder->user_unit ? holder->user_unit : holder->unit,
                 holder->user);
        CHECK_STR(text, expected);
        end(twice);
        end(path);
        end(none);
        close(own);
        after = look(&full, 1);
        CHECK_EQ(find(after, twice, &holder) + find(after, path, &holder), 0);
}

/* A number may be that of a block device too. */
static void test_kinds(void) {
        pid_t pid = start(hold_twice);
        const struct holders_node block = {
                .number = full.number, .name = "ram7", .device = "c", .block = true
        };
        _cleanup_(holders_freep) struct holders *holders = look(&block, 1);
        const struct holder *holder;

        CHECK_EQ(find(holders, pid, &holder), 0);
        end(pid);
}

static void test_mappings(void) {
        const struct holders_node nodes[] = { full, zero };
        pid_t closed = start(hold_mapping), again = start(hold_mapping), kept = start(hold_both);
        _cleanup_(holders_freep) struct holders *holders = look(nodes, 2);
        const struct holder *holder;

        CHECK_EQ(find(holders, kept, &holder), 1);
        CHECK(!holder->mapped);
        if (geteuid() == 0) {
                CHECK_EQ(find(holders, closed, &holder), 1);
                CHECK(holder->mapped && holder->node == zero.name);
                CHECK_EQ(find(holders, again, &holder), 1);
        }
        end(closed);
        end(again);
        end(kept);
}

static void start_thread(void *(*run)(void *userdata)) {
        pthread_t thread;

        CHECK_EQ(pthread_create(&thread, NULL, run, NULL), 0);
}

static void *hold_apart(void *userdata) {
        CHECK_EQ(unshare(CLONE_FILES), 0);
        CHECK(open("/dev/full", O_RDWR | O_CLOEXEC) >= 0);
        say_ready();
        return NULL;
}

/* A thread may have descriptors of its own. */
static void hold_in_thread(void) {
        start_thread(hold_apart);
        for (;;)
                pause();
}

static bool leader_is_dead(void) {
        char path[40], text[400] = "";
        int fd;

        snprintf(path, sizeof(path), "/proc/%d/stat", getpid());
        fd = open(path, O_RDONLY | O_CLOEXEC);
        CHECK(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0);
        close(fd);
        return strstr(text, ") Z ");
}

static void *hold_alone(void *userdata) {
        while (!leader_is_dead())
                usleep(1000);
        CHECK(open("/dev/full", O_RDWR | O_CLOEXEC) >= 0);
        map(false);
        say_ready();
        return NULL;
}

/* Of a process whose first thread has ended /proc/PID/fd is empty, and so is maps. */
static void hold_without_leader(void) {
        start_thread(hold_alone);
        pthread_exit(NULL);
}

static void test_threads(void) {
        const struct holders_node nodes[] = { full, zero };
        pid_t apart = start(hold_in_thread), alone = start(hold_without_leader);
        _cleanup_(holders_freep) struct holders *holders = look(nodes, 2);
        const struct holder *holder;

        CHECK_EQ(find(holders, apart, &holder), 1);
        CHECK(holder->node == full.name && !holder->mapped);
        CHECK_EQ(find(holders, alone, &holder), geteuid() == 0 ? 2 : 1);
        CHECK(holder->node == full.name);
        end(apart);
        end(alone);
}

/* Leaves what OF has, a bit for each. */
static void keep_capabilities(uint64_t of) {
        struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
        struct __user_cap_data_struct data[2] = { 0 };

        for (int i = 0; i < 2; i++)
                data[i].effective = data[i].permitted = (uint32_t)(of >> 32 * i);
        CHECK_EQ(syscall(SYS_capset, &header, data), 0);
}

/* 1, 0, or 2: it knows that it does not see. */
static int look_for_mapping(pid_t pid) {
        _cleanup_(holders_freep) struct holders *holders = look(&zero, 1);
        const struct holder *holder;

        return find(holders, pid, &holder) > 0 ? 1 : holders->unseen > 0 ? 2 : 0;
}

/* Whether a child that has but these capabilities finds PID's mapping; -1: it knows that it does not see. */
static int finds_mapping(pid_t pid, uint64_t capabilities) {
        pid_t child = fork();
        int status;

        CHECK(child >= 0);
        if (child == 0) {
                keep_capabilities(capabilities);
                _exit(look_for_mapping(pid));
        }
        waitpid(child, &status, 0);
        CHECK(WIFEXITED(status));
        return WEXITSTATUS(status) == 2 ? -1 : WEXITSTATUS(status);
}

/* With what the unit leaves; where a mapping leads to takes one capability more than all else. */
static void test_capabilities(void) {
        const uint64_t some = 1ull << CAP_SYS_PTRACE | 1ull << CAP_DAC_READ_SEARCH;
        pid_t pid;

        if (geteuid() != 0)
                return;
        pid = start(hold_mapping);
        CHECK_EQ(finds_mapping(pid, some), -1);
        CHECK_EQ(finds_mapping(pid, some | 1ull << CAP_CHECKPOINT_RESTORE), 1);
        end(pid);
}

static bool is_blind(void) {
        _cleanup_(holders_freep) struct holders *holders = NULL;

        CHECK_EQ(setresuid(65534, 65534, 65534), 0);
        holders = look(&full, 1);
        return holders->unseen > 0 && holders->n == 0;
}

/* Others' processes are counted by who is not root. */
static void test_unseen(void) {
        pid_t pid = start(hold_twice), child;
        int status;

        if (geteuid() != 0)
                return end(pid);
        child = fork();
        CHECK(child >= 0);
        if (child == 0)
                _exit(is_blind() ? 0 : 1);
        waitpid(child, &status, 0);
        CHECK_EQ(status, 0);
        end(pid);
}

/* Processes with 50 descriptors each, as many as a desktop has. */
static void hold_many(void) {
        for (int i = 0; i < 50; i++)
                CHECK(open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0);
}

static void test_speed(int n) {
        _cleanup_free_ pid_t *pids = calloc((size_t)n, sizeof(*pids));
        _cleanup_(holders_freep) struct holders *holders = NULL;
        struct timespec before, after;

        for (int i = 0; i < n; i++)
                pids[i] = start(hold_many);
        clock_gettime(CLOCK_MONOTONIC, &before);
        holders = look(&full, 1);
        clock_gettime(CLOCK_MONOTONIC, &after);
        printf("%d processes with 50 descriptors more than usual: %.1f ms\n", n,
               (double)(after.tv_sec - before.tv_sec) * 1e3 + (double)(after.tv_nsec - before.tv_nsec) / 1e6);
        for (int i = 0; i < n; i++)
                end(pids[i]);
}

int main(int argc, char *argv[]) {
        if (argc == 2) {
                test_speed(atoi(argv[1]));
                return 0;
        }
        test_descriptors();
        test_kinds();
        test_mappings();
        test_threads();
        test_capabilities();
        test_unseen();
        return 0;
}
