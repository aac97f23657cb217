/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The new one is made beside the old, under a name that no program reads, and renamed over it; then the
 * folder is flushed. A name that an earlier attempt has left is taken over.
 */
#include "switcher/links.h"

#include <fcntl.h>
#include <sys/stat.h>

int link_read(char **ret, const char *path) {
        char target[4096];
        ssize_t n = readlink(path, target, sizeof(target) - 1);

        if (n < 0)
                return -errno;
        target[n] = '\0';
        *ret = strdup(target);
        return *ret ? 0 : -ENOMEM;
}

/* The folder that PATH is in, open; its name therein is *RET_NAME. */
static int open_folder(const char *path, const char **ret_name) {
        _cleanup_free_ char *folder = strdup(path);
        char *slash = folder ? strrchr(folder, '/') : NULL;
        int fd;

        if (!slash)
                return folder ? -EINVAL : -ENOMEM;
        slash[slash == folder] = '\0';
        fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        *ret_name = strrchr(path, '/') + 1;
        return fd;
}

static int flush(int fd) {
        return fsync(fd) < 0 ? -errno : 0;
}

/* The name beside NAME: hidden, and with an end that neither Xorg nor systemd-tmpfiles looks at. */
static char *name_new(const char *name) {
        char *text;

        return asprintf(&text, ".%s.new", name) < 0 ? NULL : text;
}

static int rename_over(int folder, const char *from, const char *to) {
        return renameat(folder, from, folder, to) < 0 ? -errno : flush(folder);
}

int link_put(const char *path, const char *target) {
        const char *name = NULL;
        _cleanup_close_ int folder = open_folder(path, &name);
        _cleanup_free_ char *new = folder < 0 ? NULL : name_new(name);

        if (folder < 0)
                return folder;
        if (!new)
                return -ENOMEM;
        if (unlinkat(folder, new, 0) < 0 && errno != ENOENT)
                return -errno;
        if (symlinkat(target, folder, new) < 0)
                return -errno;
        return rename_over(folder, new, name);
}

static int write_file(int folder, const char *name, const char *text) {
        _cleanup_close_ int fd =
                openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
        size_t size = strlen(text);
        ssize_t n;

        if (fd < 0)
                return -errno;
        n = write(fd, text, size);
        if (n < 0)
                return -errno;
        if ((size_t)n < size)
                return -ENOSPC;
        return fchmod(fd, 0644) < 0 ? -errno : flush(fd);
}

int link_put_file(const char *path, const char *text) {
        const char *name = NULL;
        _cleanup_close_ int folder = open_folder(path, &name);
        _cleanup_free_ char *new = folder < 0 ? NULL : name_new(name);
        int r;

        if (folder < 0)
                return folder;
        if (!new)
                return -ENOMEM;
        r = write_file(folder, new, text);
        if (r >= 0)
                return rename_over(folder, new, name);
        (void)unlinkat(folder, new, 0);
        return r;
}

int link_remove(const char *path) {
        const char *name = NULL;
        _cleanup_close_ int folder = open_folder(path, &name);

        if (folder < 0)
                return folder == -ENOENT ? 0 : folder;
        if (unlinkat(folder, name, 0) < 0 && errno != ENOENT)
                return -errno;
        return flush(folder);
}

int link_make_folder(const char *path) {
        _cleanup_free_ char *text = strdup(path);

        if (!text)
                return -ENOMEM;
        for (char *slash = strchr(text + 1, '/');; slash = strchr(slash + 1, '/')) {
                if (slash)
                        *slash = '\0';
                if (mkdir(text, 0755) < 0 ? errno != EEXIST : chmod(text, 0755) < 0) /* whatever the umask */
                        return -errno;
                if (!slash)
                        return 0;
                *slash = '/';
        }
}
