/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pilliond says what is being done, not what has been; so what is being done ends when something else is, and
 * what came instead tells whether it went well. A step that was begun and ended between two looks is never
 * seen, and nothing is made up for it.
 */
#include "core/command/course.h"

#include <stdio.h>
#include <string.h>

static bool is(const char *a, const char *b) {
        return strcmp(a, b) == 0;
}

static bool is_switching(const char *loan) {
        return is(loan, "lending") || is(loan, "returning");
}

/* What is done in a state, as far as it is no step of a switch. */
static const struct {
        const char *state;
        const char *before, *after; /* the guest's name; AFTER NULL: it is not named */
        bool quiet;                 /* there will be steps */
        const char *good[4];        /* the states that it leads to when it goes well */
} doings[] = {
        { "preflight",
          "see whether ",
          " can be started",
          false,
          { "lending", "starting", "guest", "paused" } },
        { "lending", "have the hardware lent to ", "", true, { NULL } },
        { "starting", "start ", "", false, { "guest", "paused" } },
        { "pausing", "have ", " stand still", false, { "paused" } },
        { "resuming", "have ", " go on", false, { "guest" } },
        { "stopping", "wait for ", " to shut down", false, { "returning", "host" } },
        { "restarting", "wait for ", " to shut down", false, { "preflight" } },
        { "returning", "have the hardware given back", NULL, true, { NULL } },
};
#define N_DOINGS (sizeof(doings) / sizeof(*doings))

static size_t find(const char *state) {
        size_t i = 0;

        while (i < N_DOINGS && !is(doings[i].state, state))
                i++;
        return i;
}

/* Whether what was done in COURSE's state has led to where it was to. */
static bool went_well(const struct course *course, const struct course_view *view) {
        size_t i = find(course->state);

        if (course->number > 0)
                return is(view->loan, course->loan) ||
                       is(view->loan, is(course->loan, "lending") ? "lent" : "host");
        for (size_t good = 0; i < N_DOINGS && good < 4 && doings[i].good[good]; good++)
                if (is(view->state, doings[i].good[good]))
                        return true;
        return false;
}

static void describe(struct course *course, const struct course_view *view) {
        size_t i = find(view->state);

        course->quiet = false;
        course->number = 0;
        course->doing[0] = course->place[0] = '\0';
        if (is_switching(view->loan) && *view->step) {
                course->number = view->number;
                snprintf(course->doing, sizeof(course->doing), "%s", view->step);
                snprintf(course->place, sizeof(course->place), "%u of %u", view->number, view->of);
        } else if (i < N_DOINGS) {
                course->quiet = doings[i].quiet;
                snprintf(course->doing, sizeof(course->doing), "%s%s%s", doings[i].before,
                         doings[i].after ? view->guest : "", doings[i].after ? doings[i].after : "");
        }
}

/* The reason of a switch begins with its step, mostly. */
static void explain(const struct course *course, const struct course_view *view, char *text, size_t size) {
        bool named = strncmp(view->problem, course->doing, strlen(course->doing)) == 0;

        if (course->number == 0 || !*view->problem)
                snprintf(text, size, "%s", course->doing);
        else
                snprintf(text, size, "%s%s%s", named ? "" : course->doing, named ? "" : ": ", view->problem);
}

/* What VIEW says of COURSE's step having been left out; "": it was not. Each step is once in a switch. */
static const char *find_warning(const struct course *course, const struct course_view *view) {
        const char *warning = course->number > 0 ? strstr(view->warning, course->doing) : NULL;

        return warning && strncmp(warning + strlen(course->doing), ": ", 2) == 0 ? warning : "";
}

static void tell(struct course_line *line, const struct course *ended, const struct course_view *view) {
        const char *warning = find_warning(ended, view);

        if (!went_well(ended, view)) {
                line->outcome = COURSE_FAILED;
                explain(ended, view, line->text, sizeof(line->text));
        } else {
                line->outcome = *warning ? COURSE_LEFT_OUT : COURSE_DONE;
                snprintf(line->text, sizeof(line->text), "%s", *warning ? warning : ended->doing);
        }
}

static bool is_the_same(const struct course *a, const struct course *b) {
        return is(a->doing, b->doing) && a->number == b->number && (!a->number || is(a->loan, b->loan));
}

bool course_see(struct course *course, const struct course_view *view, uint64_t now,
                struct course_line *ret) {
        const struct course before = *course;

        describe(course, view);
        snprintf(course->state, sizeof(course->state), "%s", view->state);
        snprintf(course->loan, sizeof(course->loan), "%s", view->loan);
        if (is_the_same(&before, course))
                return false;
        course->since = now;
        if (!*before.doing || before.quiet)
                return false;
        *ret = (struct course_line){ .usec = now - before.since };
        tell(ret, &before, view);
        return true;
}
