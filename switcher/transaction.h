/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/transaction: lending all of a plan, or nothing; and giving all of a loan back. Each step is
 * carried out by switcher/runner and is in the journal before it is begun, so that whoever comes after us,
 * wherever we ended, can undo what was done. The caller holds switcher/lock.
 *
 * A signal while lending lets the step that is being done come to its end or its deadline (to cut it short
 * would save a moment, and leave a half-done thing to be undone), then all is undone. While giving back it is
 * told and otherwise ignored. While waiting for a step that hangs it ends the waiting.
 *
 * A step that hangs in the kernel is stuck: its device is touched no more, all else is given back, then the
 * hanging process is waited for, and the rest undone.
 */
#include <stddef.h>

#include "switcher/interrupt.h"
#include "switcher/journal.h"
#include "switcher/progress.h"
#include "switcher/step.h"

/* Also what pillion-switch exits with. */
enum switch_status {
        SWITCH_DONE = 0,
        SWITCH_FAILED = 1, /* nothing is lent; what was applied has been undone */
        SWITCH_USAGE = 2,
        SWITCH_REFUSED = 3,       /* nothing was done */
        SWITCH_STUCK = 4,         /* something is still to be undone; `pillion-switch restore` tries again */
        SWITCH_INTERRUPTED = 130, /* by a signal; what was applied has been undone */
};

struct transaction_options {
        const char *root;      /* "", or a folder for tests */
        const char *directory; /* the journal's */
        const struct step_type *const *types;
        struct interrupt *interrupt; /* borrowed, as is all else */
        struct progress *progress;
        /* Who has the device of a step open now, in words; may be NULL. */
        void (*describe_holders)(const struct step *step, char *text, size_t size);
        journal_fn watch; /* may be NULL */
        void *userdata;   /* of WATCH */
};

/* BEGIN is what the loan is begun with; no loan may be open. */
enum switch_status transaction_lend(const struct transaction_options *options,
                                    const struct record_begin *begin, const struct step *steps);
/*
 * Undoes whatever of the open loan is not undone, last step first. Of one that another boot has begun only
 * what outlives a boot. Without an open loan there is nothing to do, and that is done.
 */
enum switch_status transaction_return(const struct transaction_options *options);
/*
 * Whether a process of LOAN, which is of this boot, hangs in the kernel still. TEXT is then which step, in
 * what process, who has the device open, and what not to do.
 */
bool transaction_is_stuck(const struct transaction_options *options, const struct loan *loan, char *text,
                          size_t size);
