/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "core/cleanup.h"
#include "switcher/process.h"

#define REAP_MSEC 500

static int spawn(pid_t *ret, char *const argv[], int output, int errors) {
        posix_spawn_file_actions_t files;
        posix_spawnattr_t attributes;
        sigset_t none, all;
        int r;

        r = posix_spawn_file_actions_init(&files);
        if (r > 0)
                return -r;
        r = posix_spawnattr_init(&attributes);
        if (r > 0) {
                posix_spawn_file_actions_destroy(&files);
                return -r;
        }
        sigemptyset(&none);
        sigfillset(&all);
        (void)posix_spawnattr_setsigmask(&attributes, &none);
        (void)posix_spawnattr_setsigdefault(&attributes, &all);
        (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        r = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (r == 0)
                r = posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
        if (r == 0)
                r = posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
        if (r == 0)
                r = posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
        if (r == 0)
                r = posix_spawnp(ret, argv[0], &files, &attributes, argv, environ);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&files);
        return -r;
}

static int wait_until(struct pollfd *fds, nfds_t n, uint64_t deadline) {
        uint64_t now = now_usec();

        return now < deadline ? poll(fds, n, (int)((deadline - now) / 1000) + 1) : 0;
}

/* Until the program has ended and all it said is read: those it has left behind may never close OUTPUT. */
static void collect(int fd, int pidfd, uint64_t deadline, char *output, size_t size) {
        struct pollfd fds[] = { { .fd = fd, .events = POLLIN }, { .fd = pidfd, .events = POLLIN } };
        char rest[256];
        size_t done = 0;

        while (wait_until(fds, 2, deadline) > 0 && (fds[0].revents || !fds[1].revents)) {
                bool fits = done + 1 < size;
                ssize_t n = fits ? read(fd, output + done, size - 1 - done) : read(fd, rest, sizeof(rest));

                done += fits && n > 0 ? (size_t)n : 0;
                if (n <= 0)
                        fds[0].fd = -1;
        }
        output[done] = '\0';
}

/* It is no more when this returns, unless the kernel holds it. */
static int reap(pid_t pid, int pidfd) {
        struct pollfd end = { .fd = pidfd, .events = POLLIN };
        bool late = poll(&end, 1, 0) <= 0;
        siginfo_t info = { 0 };

        if (late) {
                (void)kill(pid, SIGKILL);
                (void)poll(&end, 1, REAP_MSEC);
        }
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG) < 0)
                return -errno;
        if (late || info.si_pid == 0)
                return -ETIMEDOUT;
        return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

static int run(char *const argv[], uint64_t usec, char *output, size_t size, int errors) {
        uint64_t deadline = now_usec() + usec;
        _cleanup_close_ int from = -1, to = -1, pidfd = -1;
        int both[2], r;
        pid_t pid;

        *output = '\0';
        if (pipe2(both, O_CLOEXEC) < 0)
                return -errno;
        from = both[0];
        to = both[1];
        r = spawn(&pid, argv, to, errors >= 0 ? errors : to);
        if (r < 0)
                return r;
        to = close_fd(to);
        pidfd = pidfd_open(pid, 0);
        if (pidfd >= 0)
                collect(from, pidfd, deadline, output, size);
        return reap(pid, pidfd);
}

int program_run(char *const argv[], uint64_t usec, char *output, size_t size) {
        return run(argv, usec, output, size, -1);
}

/* A file in memory takes whatever there is, so one pipe is all that has to be watched. */
int program_run_apart(char *const argv[], uint64_t usec, char *output, size_t size, char *errors,
                      size_t errors_size) {
        _cleanup_close_ int fd = memfd_create("errors", MFD_CLOEXEC);
        ssize_t n;
        int r;

        *errors = '\0';
        if (fd < 0)
                return -errno;
        r = run(argv, usec, output, size, fd);
        n = pread(fd, errors, errors_size - 1, 0);
        errors[n > 0 ? n : 0] = '\0';
        return r;
}
