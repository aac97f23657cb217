/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/kernel-text.h"

#include <fcntl.h>

int kernel_open_root(const char *root) {
        return kernel_open(AT_FDCWD, *root ? root : "/");
}

int kernel_open(int directory, const char *path) {
        int fd = openat(directory, path, O_PATH | O_DIRECTORY | O_CLOEXEC);

        return fd < 0 ? -errno : fd;
}

int kernel_text(int directory, const char *path, char *text, size_t size) {
        _cleanup_close_ int fd = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
        int r = n < 0 ? -errno : (int)n;

        if (r > 0 && text[r - 1] == '\n')
                r--;
        text[r > 0 ? r : 0] = '\0';
        return r;
}

int kernel_number(int directory, const char *path, uint64_t *ret) {
        char text[32], *end;
        unsigned long long value;
        int r = kernel_text(directory, path, text, sizeof(text));

        if (r < 0)
                return r;
        errno = 0;
        value = strtoull(text, &end, 0);
        if (errno || end == text || *end)
                return -EINVAL;
        *ret = value;
        return 0;
}

int kernel_link(int directory, const char *path, char *text, size_t size) {
        char target[512];
        ssize_t n = readlinkat(directory, path, target, sizeof(target) - 1);

        *text = '\0';
        if (n < 0)
                return -errno;
        target[n] = '\0';
        snprintf(text, size, "%s", basename(target));
        return 0;
}

FILE *kernel_lines(int directory, const char *path) {
        _cleanup_close_ int fd = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        FILE *lines = fd < 0 ? NULL : fdopen(fd, "r");

        if (lines)
                (void)steal_fd(fd);
        return lines;
}

DIR *kernel_folder(int directory, const char *path) {
        _cleanup_close_ int fd = openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *folder = fd < 0 ? NULL : fdopendir(fd);

        if (folder)
                (void)steal_fd(fd);
        return folder;
}

const char *kernel_next(DIR *folder) {
        const struct dirent *entry;

        do
                entry = readdir(folder);
        while (entry && entry->d_name[0] == '.');
        return entry ? entry->d_name : NULL;
}
