/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/course: the way from one state to the next as lines, one for each step that has ended, as
 * pillion-switch shows its own. Pure: it is given what pilliond says, and when.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As the properties of org.pillion1.Manager have it. All strings are borrowed for the call. */
struct course_view {
        const char *guest, *state;
        const char *loan, *problem; /* what went wrong with it */
        const char *warning;        /* what could not be done in this switch, and did not have to be */
        bool listed;                /* false: an older pilliond, which does not say what has ended */
        const char *ended;          /* the steps of this switch that have, each with a newline after it */
        const char *step;
        unsigned number, of;
};

/* Zero-initialised: nothing has been seen. */
struct course {
        char doing[400]; /* "": nothing */
        char place[30];  /* "3 of 9"; "": it has none */
        char state[20], loan[20];
        unsigned number;
        size_t ended; /* how much of the list has been seen */
        bool quiet;   /* not worth a line of its own when it ends */
        uint64_t since;
};

enum course_outcome { COURSE_DONE, COURSE_LEFT_OUT, COURSE_FAILED };

struct course_line {
        enum course_outcome outcome;
        uint64_t usec;
        char text[1400];
};

/* Gets a line for each thing that has ended. */
typedef void (*course_line_fn)(const struct course_line *line, void *userdata);
/* VIEW is so at NOW, in microseconds. */
void course_see(struct course *course, const struct course_view *view, uint64_t now, course_line_fn fn,
                void *userdata);
