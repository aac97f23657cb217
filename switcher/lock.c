/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/lock.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

struct lock {
        int fd;
};

/* What stands in it is for people: it is the lock that counts. */
static void clear(int fd) {
        if (ftruncate(fd, 0) < 0)
                return;
}

struct lock *lock_free(struct lock *lock) {
        if (!lock)
                return NULL;
        if (lock->fd >= 0)
                clear(lock->fd);
        close_fd(lock->fd);
        free(lock);
        return NULL;
}

static void write_holder(int fd, const char *command, const char *profile) {
        time_t now = time(NULL);
        char since[32];
        struct tm tm;

        strftime(since, sizeof(since), "%F %T", localtime_r(&now, &tm));
        clear(fd);
        (void)dprintf(fd, "pid=%d\ncommand=%s\nprofile=%s\nsince=%s\n", (int)getpid(), command, profile,
                      since);
}

static void read_holder(struct lock_holder *ret, int fd) {
        char text[256];
        ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
        int pid = 0;

        *ret = (struct lock_holder){ 0 };
        if (n <= 0)
                return;
        text[n] = '\0';
        /* An empty value ends the reading: what is behind it is not worth more code. */
        (void)sscanf(text, "pid=%d\ncommand=%31[^\n]\nprofile=%79[^\n]\nsince=%31[^\n]", &pid, ret->command,
                     ret->profile, ret->since);
        ret->pid = pid;
}

int lock_take(struct lock **ret, const char *run, const char *command, const char *profile,
              struct lock_holder *ret_holder) {
        _cleanup_(lock_freep) struct lock *lock = NULL;
        _cleanup_close_ int fd = -1;
        char path[PATH_MAX];

        if (mkdir(run, 0755) < 0 && errno != EEXIST)
                return -errno;
        snprintf(path, sizeof(path), "%s/lock", run);
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0)
                return -errno;
        if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
                if (errno != EWOULDBLOCK)
                        return -errno;
                read_holder(ret_holder, fd);
                return -EBUSY;
        }
        lock = calloc(1, sizeof(*lock));
        if (!lock)
                return -ENOMEM;
        lock->fd = steal_fd(fd);
        write_holder(lock->fd, command, *profile ? profile : "-");
        *ret = steal_ptr(lock);
        return 0;
}

void lock_describe(const struct lock_holder *holder, char *text, size_t size) {
        if (holder->pid == 0)
                snprintf(text, size, "another pillion-switch");
        else
                snprintf(text, size, "'pillion-switch %s%s%s' (pid %d, since %s)", holder->command,
                         strcmp(holder->profile, "-") == 0 ? "" : " ",
                         strcmp(holder->profile, "-") == 0 ? "" : holder->profile, (int)holder->pid,
                         holder->since);
}
