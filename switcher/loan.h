/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/loan: what a journal says, record by record, of one lending of the hardware: which steps were
 * begun, done and undone, how long each took, and where it stands now. Pure.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/cleanup.h"
#include "switcher/record.h"
#include "switcher/step.h"

#define LOAN_BOOT_SIZE 33 /* 32 hex digits and a zero */

enum loan_step_phase {
        LOAN_STEP_BEGUN,       /* may have been applied not at all, in part, or wholly */
        LOAN_STEP_DONE,        /* applied, seen to be */
        LOAN_STEP_FAILED,      /* its apply() failed; to be undone as well */
        LOAN_STEP_UNDOING,     /* undo() was begun */
        LOAN_STEP_UNDO_FAILED, /* and failed; to be tried again */
        LOAN_STEP_UNDONE,
};

struct loan_step {
        unsigned number; /* in the plan, from 1; those that were never begun are missing */
        enum loan_step_phase phase;
        struct step step;
        struct words state, result;     /* see switcher/step.h */
        uint64_t apply_usec, undo_usec; /* how long it took; 0: it did not come to its end */
        bool stuck;                     /* its child process did not die when it was killed */
        pid_t pid;                      /* of its child while one may be at work; 0: none is */
        uint64_t start;                 /* of PID, as in /proc/PID/stat */
        char *reason;                   /* why it failed or is stuck; NULL */
};

enum loan_phase {
        LOAN_LENDING,
        LOAN_LENT,
        LOAN_RETURNING, /* also after a failure: whatever was applied is being undone */
        LOAN_ENDED,
};

struct loan {
        enum loan_phase phase;
        char *profile, *domain, *uri;
        char boot[LOAN_BOOT_SIZE]; /* the boot it was begun in */
        uint64_t time;             /* when, CLOCK_REALTIME */
        unsigned planned;          /* steps */
        struct loan_step *steps;   /* in the order in which they were begun */
        size_t n_steps;
        bool was_lent; /* LOAN_LENT was reached */
        char *reason;  /* the first failure of an apply; NULL */
        char *how;     /* it ended; NULL: it has not */
};

int loan_new(struct loan **ret);
struct loan *loan_free(struct loan *loan);
DEFINE_CLEANUP(struct loan, loan_free);

/* -EBADMSG: that record cannot come next; LOAN is as it was. -ENOMEM. */
int loan_fold(struct loan *loan, const struct record *record);

/* NULL: none. Borrowed. */
const struct loan_step *loan_find(const struct loan *loan, unsigned number);
const struct loan_step *loan_stuck(const struct loan *loan); /* the first that is */
/* Whether there is something of it left to undo. */
bool loan_step_is_open(const struct loan_step *step);
/* Open ones. */
size_t loan_open_steps(const struct loan *loan);
/* Whether it was being lent to the last. What hung then has ended that, even if there was nothing to undo. */
bool loan_is_lending(const struct loan *loan);
/* Whether both concern one device: the same target, or a function that either is told of. */
bool loan_steps_touch(const struct step *a, const struct step *b);
/* "lending", "lent", "returning", "ended" */
const char *loan_phase_name(enum loan_phase phase);
