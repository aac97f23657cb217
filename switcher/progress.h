/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/progress: what a switch has done and is about to do, for all who look: a line a step on stdout, or
 * in the journal with fields if systemd runs us; a few words to systemd; and the file "state" in the folder
 * RUN, which anybody may read:
 *
 *     state=lending
 *     profile=win10
 *     step=unbind 0000:01:00.0
 *     number=4
 *     of=9
 *     since=1714561234567890          when that began: microseconds since 1970
 *     reason=                         one line
 *     warning=start the desktop: …    what could not be done in this switch and need not be; one line
 *     ended=stop lightdm.service      a step of this switch that has ended; a line for each, in their order
 *
 * Nothing of it can fail in a way that matters: it is told, or it is not.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "core/messages.h"
#include "switcher/step.h"

enum progress_state {
        PROGRESS_HOST, /* all is as it was */
        PROGRESS_LENDING,
        PROGRESS_LENT,
        PROGRESS_RETURNING,
        PROGRESS_STUCK,  /* something hangs in the kernel */
        PROGRESS_FAILED, /* something could not be given back */
};

struct progress;

struct progress_options {
        const char *run;     /* NULL: no file is kept */
        const char *profile; /* copied, as is RUN */
        FILE *out;           /* borrowed; NULL: nothing is printed */
};

int progress_new(struct progress **ret, const struct progress_options *options); /* -ENOMEM */
struct progress *progress_free(struct progress *progress);
DEFINE_CLEANUP(struct progress, progress_free);
int progress_set_profile(struct progress *progress, const char *profile); /* -ENOMEM */

/* The log is told when the hardware changes hands. REASON may be NULL. */
void progress_enter(struct progress *progress, enum progress_state state, const char *reason);
/* A step is being done, or undone, as NUMBER of OF; it takes up to USEC. */
struct progress_step {
        const struct step *step;
        bool undo;
        unsigned number, of;
        uint64_t usec;
};
void progress_begin(struct progress *progress, const struct progress_step *step);
void progress_say(struct progress *progress, const char *text); /* how far that is */
/* And has been; PROBLEM NULL: with success. An OPTIONAL problem is a warning. */
void progress_end(struct progress *progress, uint64_t usec, const char *problem, bool optional);
/* For up to USEC we wait, and so is systemd to. */
void progress_wait(uint64_t usec);

/* A line about the whole. LEVEL is syslog's. */
__attribute__((format(printf, 4, 5))) void progress_report(struct progress *progress, int level,
                                                           enum message message, const char *format, ...);
#define progress_tell(progress, level, ...) progress_report(progress, level, MESSAGE_NONE, __VA_ARGS__)

/* "lending" */
const char *progress_state_name(enum progress_state state);
/* Whether hardware is on its way in it, either way. */
bool progress_state_is_switching(enum progress_state state);
/* CLOCK_REALTIME, microseconds. */
uint64_t progress_clock(void);
