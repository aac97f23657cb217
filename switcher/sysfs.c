/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/sysfs.h"

#include <fcntl.h>
#include <stdarg.h>

#include "core/parse.h"

__attribute__((format(printf, 3, 0))) static int open_below(int flags, const char *root, const char *format,
                                                            va_list ap) {
        _cleanup_free_ char *path = NULL, *whole = NULL;
        int fd;

        if (vasprintf(&path, format, ap) < 0) {
                path = NULL; /* vasprintf leaves it undefined */
                return -ENOMEM;
        }
        if (asprintf(&whole, "%s%s", root, path) < 0) {
                whole = NULL;
                return -ENOMEM;
        }
        fd = open(whole, flags | O_CLOEXEC | O_NOCTTY);
        return fd < 0 ? -errno : fd;
}

__attribute__((format(printf, 3, 0))) static int read_below(char **ret, const char *root, const char *format,
                                                            va_list ap) {
        _cleanup_close_ int fd = open_below(O_RDONLY, root, format, ap);
        char text[4096];
        ssize_t n;

        if (fd < 0)
                return fd;
        n = read(fd, text, sizeof(text) - 1);
        if (n < 0)
                return -errno;
        while (n > 0 && text[n - 1] == '\n')
                n--;
        text[n] = '\0';
        *ret = strdup(text);
        return *ret ? 0 : -ENOMEM;
}

int sysfs_read(char **ret, const char *root, const char *format, ...) {
        char *text;
        va_list ap;
        int r;

        va_start(ap, format);
        r = read_below(&text, root, format, ap);
        va_end(ap);
        if (r >= 0)
                *ret = text;
        return r;
}

int sysfs_read_unsigned(uint64_t *ret, const char *root, const char *format, ...) {
        _cleanup_free_ char *text = NULL;
        va_list ap;
        int r;

        va_start(ap, format);
        r = read_below(&text, root, format, ap);
        va_end(ap);
        return r < 0 ? r : parse_unsigned(text, 0, UINT64_MAX, ret) < 0 ? -EINVAL : 0;
}

int sysfs_write(const char *text, const char *root, const char *format, ...) {
        _cleanup_close_ int fd = -1;
        va_list ap;

        va_start(ap, format);
        fd = open_below(O_WRONLY | O_TRUNC, root, format, ap); /* to truncate matters to tests' files only */
        va_end(ap);
        if (fd < 0)
                return fd;
        return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}
