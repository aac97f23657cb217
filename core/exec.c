/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * posix_spawn() and a pidfd: no fork() of a process with threads and real-time ones among them, and no
 * SIGCHLD, which would be everybody's. The pid stays the child's until waitid() has reaped it, so it is safe
 * to signal.
 */
#include "core/exec.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "core/edges.h"
#include "core/log.h"
#include "core/loop.h"

#define COURTESY_MSEC 50
#define FAREWELL_MSEC 1000

enum patience {
        UNTOLD,
        NAMED,
        ASKED, /* to end */
        KILLED,
};

struct exec {
        sd_event *loop;
        char *name;
        char **press, **release;
        uint64_t patience;

        struct edges edges;
        pid_t pid; /* 0: nothing runs */
        const char *program;
        int fd;
        sd_event_source *watch, *timer;
        enum patience lost;
};

static void run_next(struct exec *exec);

/* Programs are not systemd's services: what it told us is not for them. */
static char **make_environment(void) {
        static const char *const ours[] = { "NOTIFY_SOCKET=", "WATCHDOG_PID=", "WATCHDOG_USEC=",
                                            "LISTEN_PID=",    "LISTEN_FDS=",   "LISTEN_FDNAMES=" };
        size_t n = 0, kept = 0;
        char **copy;

        while (environ[n])
                n++;
        copy = calloc(n + 1, sizeof(*copy));
        for (size_t i = 0; copy && i < n; i++) {
                bool keep = true;

                for (size_t j = 0; j < sizeof(ours) / sizeof(*ours); j++)
                        keep = keep && strncmp(environ[i], ours[j], strlen(ours[j])) != 0;
                if (keep)
                        copy[kept++] = environ[i];
        }
        return copy;
}

static int spawn_with(pid_t *ret, char *const *argv, posix_spawnattr_t *attributes,
                      posix_spawn_file_actions_t *files) {
        _cleanup_free_ char **environment = make_environment();
        sigset_t none, all;
        int r;

        if (!environment)
                return -ENOMEM;
        sigemptyset(&none);
        sigfillset(&all);
        (void)posix_spawnattr_setsigmask(attributes, &none);
        (void)posix_spawnattr_setsigdefault(attributes, &all);
        (void)posix_spawnattr_setpgroup(attributes, 0);
        (void)posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                           POSIX_SPAWN_SETSIGDEF);
        r = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (r > 0)
                return -r;
        r = posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
        if (r > 0)
                return -r;
        return -posix_spawnp(ret, argv[0], files, attributes, argv, environment);
}

static int spawn(pid_t *ret, char *const *argv) {
        posix_spawn_file_actions_t files;
        posix_spawnattr_t attributes;
        int r;

        r = posix_spawn_file_actions_init(&files);
        if (r > 0)
                return -r;
        r = posix_spawnattr_init(&attributes);
        if (r == 0) {
                r = spawn_with(ret, argv, &attributes, &files);
                posix_spawnattr_destroy(&attributes);
        } else {
                r = -r;
        }
        posix_spawn_file_actions_destroy(&files);
        return r;
}

static void signal_group(const struct exec *exec, int number) {
        (void)kill(-exec->pid, number);
}

/* Reaps what runs if it has ended. */
static bool reap(struct exec *exec, siginfo_t *info) {
        *info = (siginfo_t){ 0 };
        if (waitid(P_PID, (id_t)exec->pid, info, WEXITED | WNOHANG) < 0 || info->si_pid == 0)
                return false;
        timer_disarm(exec->timer);
        exec->watch = sd_event_source_disable_unref(exec->watch);
        exec->fd = close_fd(exec->fd);
        exec->pid = 0;
        return true;
}

static void tell_end(const struct exec *exec, const siginfo_t *info) {
        if (info->si_code != CLD_EXITED)
                log_warning("'%s' of the hotkey '%s' was ended by signal %d, %s", exec->program, exec->name,
                            info->si_status, strsignal(info->si_status));
        else if (info->si_status != 0)
                log_warning("'%s' of the hotkey '%s' failed with exit status %d", exec->program, exec->name,
                            info->si_status);
}

static int on_end(sd_event_source *watch, int fd, uint32_t revents, void *userdata) {
        struct exec *exec = userdata;
        siginfo_t info;

        if (!reap(exec, &info))
                return 0;
        tell_end(exec, &info);
        run_next(exec);
        return 0;
}

static int on_patience(sd_event_source *timer, uint64_t usec, void *userdata);

static void wait_for(struct exec *exec, uint64_t usec) {
        int r = timer_arm(exec->loop, &exec->timer, "exec-patience", usec, on_patience, exec);

        if (r < 0)
                log_errno(r, "Cannot watch how long '%s' runs: %m", exec->program);
}

static int on_patience(sd_event_source *timer, uint64_t usec, void *userdata) {
        struct exec *exec = userdata;
        uint64_t sixth = exec->patience / 6;

        switch (exec->lost++) {
        case UNTOLD:
                log_warning("'%s' of the hotkey '%s' still runs; it will be ended in %.0f s. What is to stay "
                            "can be started with 'systemd-run --user'",
                            exec->program, exec->name, (double)(exec->patience - sixth) / 1e6);
                wait_for(exec, exec->patience - sixth);
                break;
        case NAMED:
                log_warning("'%s' of the hotkey '%s' has run for too long, ending it", exec->program,
                            exec->name);
                signal_group(exec, SIGTERM);
                wait_for(exec, sixth);
                break;
        case ASKED:
                log_warning("'%s' of the hotkey '%s' does not end, killing it", exec->program, exec->name);
                signal_group(exec, SIGKILL);
                break;
        case KILLED:
                break;
        }
        return 0;
}

static int watch_child(struct exec *exec) {
        int r;

        exec->fd = pidfd_open(exec->pid, 0);
        if (exec->fd < 0)
                return -errno;
        r = sd_event_add_io(exec->loop, &exec->watch, exec->fd, EPOLLIN, on_end, exec);
        if (r < 0)
                return r;
        source_declare(exec->watch, "exec", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        exec->lost = UNTOLD;
        wait_for(exec, exec->patience / 6);
        return 0;
}

static void end_now(struct exec *exec) {
        siginfo_t info;

        if (exec->pid == 0)
                return;
        signal_group(exec, SIGTERM);
        (void)poll(&(struct pollfd){ .fd = exec->fd, .events = POLLIN }, 1, COURTESY_MSEC);
        signal_group(exec, SIGKILL);
        (void)poll(&(struct pollfd){ .fd = exec->fd, .events = POLLIN }, 1, COURTESY_MSEC);
        (void)reap(exec, &info);
}

static void run(struct exec *exec, char *const *argv) {
        int r;

        exec->program = argv[0];
        r = spawn(&exec->pid, argv);
        if (r < 0) {
                exec->pid = 0;
                log_errno(r, "Cannot run '%s' of the hotkey '%s': %m", argv[0], exec->name);
                return;
        }
        r = watch_child(exec);
        if (r < 0) {
                log_errno(r, "Cannot watch '%s' of the hotkey '%s', ending it: %m", argv[0], exec->name);
                end_now(exec);
        }
}

/* Starts what waits until something runs or nothing waits. */
static void run_next(struct exec *exec) {
        while (exec->pid == 0) {
                enum edge edge = edges_next(&exec->edges);
                char *const *argv = edge == EDGE_PRESS ? exec->press : exec->release;

                if (edge == EDGE_NONE)
                        return;
                if (argv)
                        run(exec, argv);
        }
}

int exec_new(struct exec **ret, sd_event *loop, const struct exec_options *options) {
        _cleanup_(exec_freep) struct exec *exec = calloc(1, sizeof(*exec));
        int r;

        if (!exec)
                return -ENOMEM;
        exec->fd = -1;
        exec->loop = sd_event_ref(loop);
        exec->patience = options->patience > 0 ? options->patience : EXEC_PATIENCE_USEC;
        r = replace_string(&exec->name, options->name);
        if (r < 0)
                return r;
        r = argv_copy(&exec->press, options->press);
        if (r < 0)
                return r;
        r = argv_copy(&exec->release, options->release);
        if (r < 0)
                return r;
        *ret = steal_ptr(exec);
        return 0;
}

/* A release that is owed is not forgotten: it may be what closes a microphone. */
static void part(struct exec *exec) {
        if (exec->pid > 0 && exec->press && exec->program == exec->press[0])
                end_now(exec);
        if (exec->pid == 0)
                run_next(exec);
        if (exec->pid > 0)
                (void)poll(&(struct pollfd){ .fd = exec->fd, .events = POLLIN }, 1, FAREWELL_MSEC);
        end_now(exec);
}

struct exec *exec_free(struct exec *exec) {
        if (!exec)
                return NULL;
        exec->edges.again = exec->edges.again_released = false;
        part(exec);
        exec->watch = sd_event_source_disable_unref(exec->watch);
        exec->timer = sd_event_source_disable_unref(exec->timer);
        exec->fd = close_fd(exec->fd);
        sd_event_unref(exec->loop);
        argv_free(exec->press);
        argv_free(exec->release);
        free(exec->name);
        free(exec);
        return NULL;
}

void exec_press(struct exec *exec) {
        edges_press(&exec->edges);
        run_next(exec);
}

void exec_release(struct exec *exec) {
        edges_release(&exec->edges);
        run_next(exec);
}

bool exec_is_running(const struct exec *exec) {
        return exec->pid > 0;
}
