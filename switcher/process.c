/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <time.h>

#include "core/parse.h"

#define KILL_POLL_USEC 5000 /* there is no event for the end of a group */

struct stat_line {
        char comm[64];
        pid_t group;
        uint64_t start;
};

uint64_t now_usec(void) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The name is in brackets and may hold brackets itself. */
static int parse_stat(struct stat_line *ret, char *text) {
        char *open = strchr(text, '('), *close = strrchr(text, ')');
        unsigned long long start;
        int group;

        if (!open || !close || close < open ||
            sscanf(close + 1,
                   " %*c %*d %d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &group,
                   &start) != 2)
                return -EBADMSG;
        *close = '\0';
        snprintf(ret->comm, sizeof(ret->comm), "%s", open + 1);
        ret->group = group;
        ret->start = start;
        return 0;
}

static int read_stat(struct stat_line *ret, pid_t pid) {
        _cleanup_close_ int fd = -1;
        char path[40], text[1024];
        ssize_t n;

        snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
        if (n < 0)
                return errno == ENOENT ? -ESRCH : -errno;
        text[n] = '\0';
        return parse_stat(ret, text);
}

int process_look(struct process *ret, pid_t pid) {
        struct stat_line line;
        int r;

        r = read_stat(&line, pid);
        if (r < 0)
                return r;
        *ret = (struct process){ pid, line.start };
        return 0;
}

/* What is asked is whether any thread of it lives: of a leader that has died /proc says 'Z' at once. */
int process_open(const struct process *process) {
        _cleanup_close_ int fd = pidfd_open(process->pid, 0);
        struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
        struct process now;

        if (fd < 0)
                return -errno;
        if (process_look(&now, process->pid) < 0 || now.start != process->start || poll(&poll_fd, 1, 0) != 0)
                return -ESRCH;
        return steal_fd(fd);
}

static bool is_alive(const struct process *process) {
        _cleanup_close_ int fd = process_open(process);

        return fd >= 0;
}

/* A group keeps its number from being given out, so its leader needs no look. */
static bool find_in_group(pid_t group, struct process *ret) {
        DIR *proc = opendir("/proc");
        bool found = false;
        struct dirent *entry;
        uint64_t pid;

        while (proc && !found && (entry = readdir(proc))) {
                struct stat_line line;

                if (parse_unsigned(entry->d_name, 1, INT32_MAX, &pid) < 0 ||
                    read_stat(&line, (pid_t)pid) < 0 || line.group != group)
                        continue;
                *ret = (struct process){ (pid_t)pid, line.start };
                found = is_alive(ret);
        }
        if (proc)
                closedir(proc);
        return found;
}

bool process_lingers(const struct process *process, struct process *ret) {
        struct process now, left;

        if (is_alive(process)) {
                if (ret)
                        *ret = *process;
                return true;
        }
        /* Another has got the number: then the group is gone, too. */
        if (process_look(&now, process->pid) >= 0 && now.start != process->start)
                return false;
        if (kill(-process->pid, 0) < 0 || !find_in_group(process->pid, &left))
                return false;
        if (ret)
                *ret = left;
        return true;
}

bool process_kill(const struct process *process, uint64_t wait_usec, struct process *ret) {
        uint64_t end = now_usec() + wait_usec;

        while (process_lingers(process, ret)) {
                if (kill(-process->pid, SIGKILL) < 0)
                        (void)kill(process->pid, SIGKILL);
                if (now_usec() >= end)
                        return true;
                (void)usleep(KILL_POLL_USEC);
        }
        return false;
}

void process_describe(const struct process *process, char *text, size_t size) {
        struct stat_line line;

        if (read_stat(&line, process->pid) < 0 || line.start != process->start)
                snprintf(text, size, "pid %d", (int)process->pid);
        else
                snprintf(text, size, "%s (pid %d)", line.comm, (int)process->pid);
}
