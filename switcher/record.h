/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/record: one line of the journal, and what is in it. Pure.
 *
 *     CRC32 TYPE key=value key=value…
 *
 * The CRC is that of all behind its blank, eight hex digits. Values are as switcher/words has them; a step's
 * own words are one value.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/cleanup.h"
#include "switcher/step.h"

enum record_type {
        RECORD_BEGIN,  /* version, profile, domain, uri, boot, time, steps */
        RECORD_INTENT, /* n, the step, state, and the child that is about to do it */
        RECORD_DONE,   /* n, usec, result */
        RECORD_FAILED, /* n, reason, undo=yes|no; of a step without INTENT: nothing was done */
        RECORD_STUCK,  /* n, pid, start, reason */
        RECORD_LENT,
        RECORD_UNDO,   /* n, pid, start */
        RECORD_UNDONE, /* n, usec */
        RECORD_END,    /* how */
        N_RECORDS,
};

struct record {
        enum record_type type;
        struct words words;
};

void record_done(struct record *record);

/* The line, without its end; NULL: no memory. The caller's. */
char *record_encode(const struct record *record);
/* -EBADMSG: not a record, or not whole. -ENOMEM. */
int record_decode(struct record *ret, const char *line, size_t size);

/* Each makes RECORD, which is uninitialised. -ENOMEM. */
struct record_begin {
        const char *profile, *domain, *uri, *boot;
        uint64_t time;
        unsigned steps;
};
struct record_child {
        pid_t pid;
        uint64_t start;
};
int record_make_begin(struct record *record, const struct record_begin *begin);
int record_make_intent(struct record *record, unsigned n, const struct step *step, const struct words *state,
                       const struct record_child *child);
int record_make_done(struct record *record, unsigned n, uint64_t usec, const struct words *result);
int record_make_failed(struct record *record, unsigned n, bool undo, const char *reason);
int record_make_stuck(struct record *record, unsigned n, const struct record_child *child,
                      const char *reason);
int record_make_lent(struct record *record);
int record_make_undo(struct record *record, unsigned n, const struct record_child *child);
int record_make_undone(struct record *record, unsigned n, uint64_t usec);
int record_make_end(struct record *record, const char *how);
