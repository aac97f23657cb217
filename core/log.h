/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/log: one line a happening, to the journal with fields when stderr is the journal, else to stderr.
 *
 * Logging cannot fail and keeps errno. Any thread may log, except PipeWire's data thread, which counts
 * instead. A function either logs or returns its error, never both: who decides what happens next is who
 * logs.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <syslog.h>

#include "core/messages.h"

/* What an administrator would filter the journal by. Unset fields are left out. */
struct log_fields {
        enum message message; /* MESSAGE_ID= */
        const char *domain;   /* PILLION_DOMAIN= */
        const char *device;   /* PILLION_DEVICE= */
        const char *step;     /* PILLION_STEP= */
        int error;            /* ERRNO=, and what %m says; positive or negative */
};

/* Messages above LEVEL (syslog's numbers) are dropped. Default LOG_INFO. */
void log_set_level(int level);

/* Whether stderr is the journal's own stream, so that what is logged goes there with its fields. */
bool log_is_journal(void);

/* "error", "warning", "notice", "info", "debug"; -EINVAL for anything else. */
int log_level_from_string(const char *text);

__attribute__((format(printf, 6, 7))) int log_write(int level, const struct log_fields *fields,
                                                    const char *file, int line, const char *function,
                                                    const char *format, ...);

#define log_full(level, fields, ...) log_write(level, fields, __FILE__, __LINE__, __func__, __VA_ARGS__)
#define log_event(level, fields_in_parens, ...)                                                              \
        log_full(level, &(const struct log_fields)LOG_FIELDS_ fields_in_parens, __VA_ARGS__)
#define LOG_FIELDS_(...)                                                                                     \
        { __VA_ARGS__ }

#define log_error(...)   log_full(LOG_ERR, NULL, __VA_ARGS__)
#define log_warning(...) log_full(LOG_WARNING, NULL, __VA_ARGS__)
#define log_notice(...)  log_full(LOG_NOTICE, NULL, __VA_ARGS__)
#define log_info(...)    log_full(LOG_INFO, NULL, __VA_ARGS__)
#define log_debug(...)   log_full(LOG_DEBUG, NULL, __VA_ARGS__)

/* Logs at error level with %m describing R (negative errno); evaluates to R. */
#define log_errno(r, ...) log_full(LOG_ERR, (&(const struct log_fields){ .error = (r) }), __VA_ARGS__)
