/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pilliond says what is being done, and which steps have ended well. What was being done has ended when
 * something else is; unless it is such a step, what came instead tells whether it went well. A step that was
 * begun and ended between two looks is among those that have ended, and took no time that anybody could see.
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

        if (course->number > 0) /* if there is a list, what has gone well is in it */
                return !view->listed && (is(view->loan, course->loan) ||
                                         is(view->loan, is(course->loan, "lending") ? "lent" : "host"));
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

/* What VIEW says of STEP having been left out; "": it was not. Each step is once in a switch. */
static const char *find_warning(const char *step, const struct course_view *view) {
        const char *warning = strstr(view->warning, step);

        return warning && strncmp(warning + strlen(step), ": ", 2) == 0 ? warning : "";
}

static void tell_step(struct course_line *line, const char *step, const struct course_view *view) {
        const char *warning = find_warning(step, view);

        line->outcome = *warning ? COURSE_LEFT_OUT : COURSE_DONE;
        snprintf(line->text, sizeof(line->text), "%s", *warning ? warning : step);
}

static void tell(struct course_line *line, const struct course *ended, const struct course_view *view) {
        if (!went_well(ended, view)) {
                line->outcome = COURSE_FAILED;
                explain(ended, view, line->text, sizeof(line->text));
        } else if (ended->number > 0) {
                tell_step(line, ended->doing, view);
        } else {
                line->outcome = COURSE_DONE;
                snprintf(line->text, sizeof(line->text), "%s", ended->doing);
        }
}

static bool is_the_same(const struct course *a, const struct course *b) {
        return is(a->doing, b->doing) && a->number == b->number && (!a->number || is(a->loan, b->loan));
}

/* From where VIEW's list has not been seen. What ended before the first look is not ours to tell. */
static const char *find_new(const struct course *before, const struct course_view *view) {
        size_t length = strlen(view->ended);
        bool another = length < before->ended || (is_switching(view->loan) && !is_switching(before->loan));

        if (!*before->state)
                return view->ended + length;
        return view->ended + (another ? 0 : before->ended);
}

/* The lines of what VIEW has in its list. True: what was being done is among them. */
static bool tell_ended(const struct course *before, const struct course_view *view, uint64_t now,
                       course_line_fn fn, void *userdata) {
        const char *next = find_new(before, view);
        bool found = false;

        while (*next) {
                struct course_line line = { 0 };
                char step[sizeof(before->doing)];
                size_t length = strcspn(next, "\n");

                snprintf(step, sizeof(step), "%.*s", (int)length, next);
                tell_step(&line, step, view);
                if (before->number > 0 && is(before->doing, step)) {
                        line.usec = now - before->since;
                        found = true;
                }
                fn(&line, userdata);
                next += length + (next[length] == '\n');
        }
        return found;
}

/* The line of what was being done, if it is that no more. */
static void tell_doing(const struct course *before, const struct course *after,
                       const struct course_view *view, uint64_t now, course_line_fn fn, void *userdata) {
        struct course_line line = { .usec = now - before->since };

        if (!*before->doing || before->quiet || is_the_same(before, after))
                return;
        tell(&line, before, view);
        fn(&line, userdata);
}

void course_see(struct course *course, const struct course_view *view, uint64_t now, course_line_fn fn,
                void *userdata) {
        const struct course before = *course;

        describe(course, view);
        snprintf(course->state, sizeof(course->state), "%s", view->state);
        snprintf(course->loan, sizeof(course->loan), "%s", view->loan);
        course->ended = strlen(view->ended);
        if (before.number == 0)
                tell_doing(&before, course, view, now, fn, userdata);
        if (!tell_ended(&before, view, now, fn, userdata) && before.number > 0)
                tell_doing(&before, course, view, now, fn, userdata);
        if (!is_the_same(&before, course))
                course->since = now;
}
