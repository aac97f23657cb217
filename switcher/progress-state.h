/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* switcher/progress: the file "state". */
#include "switcher/progress.h"

#define PROGRESS_ENDED_SIZE 8192 /* a switch has some dozen steps */

struct progress_view {
        enum progress_state state;
        const char *profile; /* borrowed; NULL: none */
        char step[300];      /* "": none */
        unsigned number, of;
        uint64_t since;
        char reason[1000];
        char warning[1000];
        char ended[PROGRESS_ENDED_SIZE]; /* each with a newline after it */
};

/* Replaces it at once, for all who read it meanwhile. */
int progress_state_write(const char *run, const struct progress_view *view);

/* The file, as others read it. */
struct progress_seen {
        enum progress_state state;
        char profile[80]; /* "": none */
        char step[300];   /* "": none */
        unsigned number, of;
        uint64_t since;
        char reason[1000];               /* "": none */
        char warning[1000];              /* of steps that were optional; "; " between them; "": none */
        char ended[PROGRESS_ENDED_SIZE]; /* steps, each with a newline after it */
};
/* Appends STEP and a newline to ENDED; not, if there is no room for both. */
void progress_state_append(char ended[static PROGRESS_ENDED_SIZE], const char *step);
/* -ENOENT: nothing has been switched since the boot. *RET is then a host that has all, as on any error. */
int progress_state_read(struct progress_seen *ret, const char *run);
/* The reason that is told there; "": none, or no state is told. */
void progress_state_reason(const char *run, char *text, size_t size);
