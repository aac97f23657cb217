/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two writers behind one call. The journal is used only if stderr really is the journal's own stream, which
 * systemd proves by $JOURNAL_STREAM=device:inode: a user who redirects stderr gets plain text where he asked
 * for it. Plain text carries neither time nor level.
 */
#define SD_JOURNAL_SUPPRESS_LOCATION 1
#include "core/log.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <systemd/sd-journal.h>

#include "core/cleanup.h"

static const char *const message_ids[N_MESSAGES] = {
#define MESSAGE_ID(name, id) [MESSAGE_##name] = id,
        MESSAGES(MESSAGE_ID)
#undef MESSAGE_ID
};

static int log_level = LOG_INFO;

void log_set_level(int level) {
        log_level = level;
}

int log_level_from_string(const char *text) {
        static const struct {
                const char *name;
                int level;
        } levels[] = {
                { "error", LOG_ERR }, { "warning", LOG_WARNING }, { "notice", LOG_NOTICE },
                { "info", LOG_INFO }, { "debug", LOG_DEBUG },
        };

        for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
                if (strcmp(text, levels[i].name) == 0)
                        return levels[i].level;
        return -EINVAL;
}

bool log_is_journal(void) {
        const char *stream = getenv("JOURNAL_STREAM");
        unsigned long long device, inode;
        struct stat st;

        return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
               fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

/* One "NAME=value" field; an unset value leaves the slot empty. */
static void add_field(struct iovec *iov, int *n, char *storage[], const char *name, const char *value) {
        char *field = NULL;

        if (!value || asprintf(&field, "%s=%s", name, value) < 0)
                return;
        storage[*n] = field;
        iov[*n] = (struct iovec){ field, strlen(field) };
        (*n)++;
}

static void write_journal(int level, const struct log_fields *fields, const char *file, const char *line,
                          const char *function, const char *text) {
        char *storage[10];
        char number[16];
        struct iovec iov[10];
        int n = 0;

        snprintf(number, sizeof(number), "%d", level);
        add_field(iov, &n, storage, "MESSAGE", text);
        add_field(iov, &n, storage, "PRIORITY", number);
        add_field(iov, &n, storage, "MESSAGE_ID", message_ids[fields->message]);
        add_field(iov, &n, storage, "PILLION_DOMAIN", fields->domain);
        add_field(iov, &n, storage, "PILLION_DEVICE", fields->device);
        add_field(iov, &n, storage, "PILLION_STEP", fields->step);
        snprintf(number, sizeof(number), "%d", abs(fields->error));
        add_field(iov, &n, storage, "ERRNO", fields->error ? number : NULL);
        add_field(iov, &n, storage, "CODE_FILE", file);
        add_field(iov, &n, storage, "CODE_LINE", line);
        add_field(iov, &n, storage, "CODE_FUNC", function);
        (void)sd_journal_sendv(iov, n);
        while (n > 0)
                free(storage[--n]);
}

int log_write(int level, const struct log_fields *fields, const char *file, int line, const char *function,
              const char *format, ...) {
        static const struct log_fields none;
        _cleanup_free_ char *text = NULL;
        int saved = errno;
        int n;
        va_list ap;

        if (!fields)
                fields = &none;
        if (level > log_level)
                return fields->error;

        errno = abs(fields->error); /* what %m says */
        va_start(ap, format);
        n = vasprintf(&text, format, ap);
        va_end(ap);
        if (n < 0)
                text = NULL;
        if (text && log_is_journal()) {
                char number[16];

                snprintf(number, sizeof(number), "%d", line);
                write_journal(level, fields, file, number, function, text);
        } else {
                fprintf(stderr, "%s\n", text ? text : format);
        }
        errno = saved;
        return fields->error;
}
