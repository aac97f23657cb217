/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that come of what pilliond says while a guest is started, stopped, or neither. */
#include "core/command/course.h"

#include "tests/test.h"

#define MS 1000u

static struct course course;
static struct course_line line;
static uint64_t now;
static const char *const outcomes[] = { "good", "left out", "bad" };

static void reset(void) {
        course = (struct course){ 0 };
        now = 0;
}

/* "": nothing has ended. */
static const char *see_all(const struct course_view *view) {
        static char text[1500];

        now += 100 * MS;
        text[0] = '\0';
        if (course_see(&course, view, now, &line))
                snprintf(text, sizeof(text), "%s %u %s", outcomes[line.outcome], (unsigned)(line.usec / MS),
                         line.text);
        return text;
}

static const char *see(const char *state, const char *loan, const char *step, unsigned number) {
        return see_all(&(const struct course_view){ "win10", state, loan, "", "", step, number, 2 });
}

static const char *see_warning(const char *loan, const char *step, unsigned number, const char *warning) {
        return see_all(&(const struct course_view){ "win10", "lending", loan, "", warning, step, number, 3 });
}

static const char *see_problem(const char *state, const char *loan, const char *problem) {
        return see_all(&(const struct course_view){ "win10", state, loan, problem, "", "", 0, 0 });
}

static void test_ride(void) {
        reset();
        CHECK_STR(see("host", "host", "", 0), "");
        CHECK_STR(course.doing, "");
        CHECK_STR(see("preflight", "host", "", 0), "");
        CHECK_STR(course.doing, "see whether win10 can be started");
        CHECK_STR(see("lending", "host", "", 0), "good 100 see whether win10 can be started");
        CHECK_STR(course.doing, "have the hardware lent to win10");
        CHECK_STR(see("lending", "lending", "", 0), "");
        CHECK_STR(see("lending", "lending", "unbind a", 1), "");
        CHECK_STR(course.doing, "unbind a");
        CHECK_STR(course.place, "1 of 2");
        CHECK_STR(see("lending", "lending", "unbind a", 1), "");
        CHECK_STR(see("lending", "lending", "unbind a", 2), "good 200 unbind a");
        CHECK_STR(see("lending", "lent", "", 0), "good 100 unbind a");
        CHECK_STR(course.place, "");
        CHECK_STR(see("starting", "lent", "", 0), "");
        CHECK_STR(see("guest", "lent", "", 0), "good 100 start win10");
        CHECK_STR(course.doing, "");
        CHECK_STR(see("stopping", "lent", "", 0), "");
        CHECK_STR(see("returning", "lent", "", 0), "good 100 wait for win10 to shut down");
        CHECK_STR(see("returning", "returning", "bind a", 1), "");
        CHECK_STR(see("returning", "host", "", 0), "good 100 bind a");
        CHECK_STR(see("host", "host", "", 0), "");
        CHECK_STR(course.doing, "");
}

/* What failed is the step that was being done; what is undone then is good again. */
static void test_failed_step(void) {
        reset();
        see("lending", "lending", "unbind a", 1);
        CHECK_STR(see_problem("lending", "returning", "unbind a: it is busy"),
                  "bad 100 unbind a: it is busy");
        CHECK_STR(see("returning", "returning", "bind a", 1), "");
        CHECK_STR(see_problem("failed", "host", "unbind a: it is busy"), "good 100 bind a");
        reset();
        see("returning", "returning", "bind a", 1);
        CHECK_STR(see_problem("failed", "failed", "no driver"), "bad 100 bind a: no driver");
        reset();
        see("lending", "lending", "unbind a", 1);
        CHECK_STR(see_problem("lending", "stuck", ""), "bad 100 unbind a");
}

static void test_failures(void) {
        reset();
        see("preflight", "host", "", 0);
        CHECK_STR(see("failed", "host", "", 0), "bad 100 see whether win10 can be started");
        see("starting", "lent", "", 0);
        CHECK_STR(see_problem("returning", "lent", "old"), "bad 100 start win10");
        reset();
        see("stopping", "host", "", 0);
        CHECK_STR(see("guest", "host", "", 0), "bad 100 wait for win10 to shut down");
        see("pausing", "host", "", 0);
        CHECK_STR(see("guest", "host", "", 0), "bad 100 have win10 stand still");
        see("resuming", "host", "", 0);
        CHECK_STR(see("guest", "host", "", 0), "good 100 have win10 go on");
}

/* The same words are not the same step on the way back. */
static void test_back_again(void) {
        reset();
        see("lending", "lending", "stop x", 1);
        CHECK_STR(see("undoing", "returning", "stop x", 1), "bad 100 stop x");
        CHECK_EQ(course.since, now);
}

static void test_restart(void) {
        reset();
        see("guest", "lent", "", 0);
        see("restarting", "lent", "", 0);
        CHECK_STR(see("preflight", "lent", "", 0), "good 100 wait for win10 to shut down");
        CHECK_STR(see("starting", "lent", "", 0), "good 100 see whether win10 can be started");
        CHECK_STR(see("guest", "lent", "", 0), "good 100 start win10");
}

/* States and phases of another version end what was being done, and are none themselves. */
static void test_strange(void) {
        reset();
        CHECK_STR(see("", "", "", 0), "");
        see("starting", "host", "", 0);
        CHECK_STR(see("dancing", "host", "", 0), "bad 100 start win10");
        CHECK_STR(course.doing, "");
}

/* A step that was left out is told of when it is over, and once. */
static void test_left_out(void) {
        reset();
        CHECK_STR(see_warning("lending", "move a", 1, ""), "");
        CHECK_STR(see_warning("lending", "move a", 1, "move a: no"), "");
        CHECK_STR(see_warning("lending", "bind a", 2, "move a: no"), "left out 200 move a: no");
        CHECK_STR(see_warning("lending", "start b", 3, "move a: no"), "good 100 bind a");
        CHECK_STR(see_warning("lent", "", 0, "move a: no; start b: busy"), "left out 100 start b: busy");
}

static void test_longer_name(void) {
        reset();
        CHECK_STR(see_warning("lending", "bind a", 1, ""), "");
        CHECK_STR(see_warning("lending", "bind a1", 2, "bind a1: no"), "good 100 bind a");
        CHECK_STR(see_warning("lent", "", 0, "bind a1: no"), "left out 100 bind a1: no");
}

int main(void) {
        test_left_out();
        test_longer_name();
        test_ride();
        test_failed_step();
        test_failures();
        test_back_again();
        test_restart();
        test_strange();
        return 0;
}
