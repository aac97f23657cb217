/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way is walked one name at a time, each opened below the one before, so that what was judged is what is
 * walked through, whatever is renamed meanwhile.
 */
#include "switcher/trusted.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "core/cleanup.h"

struct walk {
        uid_t owner;
        char *why;
        size_t size;
};

__attribute__((format(printf, 2, 3))) static int distrust(struct walk *walk, const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        vsnprintf(walk->why, walk->size, format, ap);
        va_end(ap);
        return -EPERM;
}

/* LENGTH of PATH is what FD is. */
static int judge(struct walk *walk, int fd, const char *path, size_t length, bool last) {
        int n = (int)length;
        struct stat st;

        if (fstat(fd, &st) < 0)
                return -errno;
        if (S_ISLNK(st.st_mode))
                return distrust(walk, "%.*s is a symbolic link; put there what it leads to, or name that", n,
                                path);
        if (st.st_uid != 0 && st.st_uid != walk->owner)
                return distrust(walk, "%.*s belongs to user %u, and has to be root's: 'chown root:root %.*s'",
                                n, path, (unsigned)st.st_uid, n, path);
        if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (last || !(st.st_mode & S_ISVTX)))
                return distrust(walk, "%.*s may be written by others than root: 'chmod go-w %.*s'", n, path,
                                n, path);
        if (last && !S_ISREG(st.st_mode))
                return distrust(walk, "%.*s is no regular file", n, path);
        return 0;
}

/* The name at AT, below DIRECTORY. */
static int step_into(int directory, const char *at, size_t length, int flags) {
        _cleanup_free_ char *name = strndup(at, length);
        int fd;

        if (!name)
                return -ENOMEM;
        if (strcmp(name, "..") == 0)
                return -EINVAL;
        fd = openat(directory, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}

/* O_NOFOLLOW alone would tell of a link as of a loop. */
static int explain(struct walk *walk, int r, const char *path) {
        return r == -ELOOP ? distrust(walk, "%s is a symbolic link; put there what it leads to", path) : r;
}

int trusted_open(const char *path, int flags, uid_t owner, char *why, size_t size) {
        struct walk walk = { owner, why, size };
        _cleanup_close_ int at = -1;
        const char *name = path;
        int r;

        if (*path != '/')
                return -EINVAL;
        if (path[strlen(path) - 1] == '/')
                return -EISDIR;
        at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        r = at < 0 ? -errno : judge(&walk, at, "/", 1, false);
        while (r >= 0 && *(name += strspn(name, "/"))) {
                size_t length = strcspn(name, "/");
                bool last = name[length] == '\0';
                int next = step_into(at, name, length, last ? flags : O_PATH);

                if (next < 0)
                        return explain(&walk, next, path);
                close_fd(at);
                at = next;
                name += length;
                r = judge(&walk, at, path, (size_t)(name - path), last);
        }
        return r < 0 ? r : steal_fd(at);
}
