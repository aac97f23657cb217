/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/runner: one call of one step, carried out in an expendable child process, which may fail, crash,
 * overrun its time, or hang in the kernel for ever; none of it holds up the caller for longer than the step's
 * own time and two seconds.
 *
 * The child belongs to a process group of its own, dies with us, and has no descriptor but its link to us.
 * It looks at the host, tells what it saw, and touches nothing until the caller has put that on record.
 * Threads: none may run beside, as for any fork().
 */
#include <stdbool.h>
#include <stdint.h>

#include "switcher/interrupt.h"
#include "switcher/process.h"
#include "switcher/step.h"

#define RUNNER_OBSERVE_USEC (10 * 1000000u) /* to look */
#define RUNNER_GRACE_USEC   (1000000u)      /* from SIGTERM to SIGKILL, and from that to being stuck */

struct runner_job {
        const struct step *step;
        const struct step_type *type;
        bool undo;
        const char *root, *profile;         /* as in struct step_call */
        const struct words *state, *result; /* of undo, */
        bool lent;                          /* and this, as in struct step_call */
        struct interrupt *interrupt;        /* may be NULL; borrowed */
        /*
         * Now it is going to be done, by CHILD. STATE is what was observed; NULL in undo. A negative return
         * means that it must not be: nothing is done then.
         */
        int (*on_ready)(const struct words *state, const struct process *child, void *userdata);
        void (*on_say)(const char *text, void *userdata); /* how far it is */
        void (*on_interrupt)(void *userdata);             /* a signal came; it is going on */
        void *userdata;
};

enum runner_outcome {
        RUNNER_DONE,
        RUNNER_FAILED, /* its processes are gone */
        RUNNER_STUCK,  /* a process of it could not be killed: it is in the kernel */
};

struct runner_result {
        enum runner_outcome outcome;
        bool touched;       /* it was let go, so the host may have been changed */
        struct words words; /* of apply: what it left for undo */
        uint64_t usec;
        int error;            /* negative errno, unless it is done */
        char problem[1000];   /* one line; "" if it is done */
        struct process stuck; /* who is, if it is */
};

/* Errors are results. RET is uninitialised. */
void runner_run(struct runner_result *ret, const struct runner_job *job);
void runner_result_done(struct runner_result *result);
