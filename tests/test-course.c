/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that come of what pilliond says while a guest is started, stopped, or neither. */
#include "core/command/course.h"

#include "tests/test.h"

#define MS 1000u

static struct course course;
static uint64_t now;
static const char *const outcomes[] = { "good", "left out", "bad" };

static void reset(void) {
        course = (struct course){ 0 };
        now = 0;
}

static void append(const struct course_line *line, void *userdata) {
        char *text = userdata;
        size_t length = strlen(text);

        snprintf(text + length, 1500 - length, "%s%s %u %s", length > 0 ? ", " : "", outcomes[line->outcome],
                 (unsigned)(line->usec / MS), line->text);
}

/* "": nothing has ended. */
static const char *see_all(const struct course_view *view) {
        static char text[1500];

        now += 100 * MS;
        text[0] = '\0';
        course_see(&course, view, now, append, text);
        return text;
}

static const char *see(const char *state, const char *loan, const char *step, unsigned number) {
        return see_all(
                &(const struct course_view){ "win10", state, loan, "", "", false, "", step, number, 2 });
}

static const char *see_warning(const char *loan, const char *step, unsigned number, const char *warning) {
        return see_all(&(const struct course_view){ "win10", "lending", loan, "", warning, false, "", step,
                                                    number, 3 });
}

static const char *see_problem(const char *state, const char *loan, const char *problem) {
        return see_all(&(const struct course_view){ "win10", state, loan, problem, "", false, "", "", 0, 0 });
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

static const char *see_ended(const char *loan, const char *step, unsigned number, const char *ended) {
        const char *state = strcmp(loan, "returning") == 0 ? "undoing" : "lending";

        return see_all(
                &(const struct course_view){ "win10", state, loan, "", "", true, ended, step, number, 5 });
}

/* A step that was never seen has its line all the same, and in its place. */
static void test_unseen(void) {
        reset();
        CHECK_STR(see_ended("host", "", 0, "an old one\n"), "");
        CHECK_STR(see_ended("lending", "a", 1, ""), "");
        CHECK_STR(see_ended("lending", "a", 1, ""), "");
        CHECK_STR(see_ended("lending", "c", 3, "a\nb\n"), "good 200 a, good 0 b");
        CHECK_STR(see_ended("lending", "c", 3, "a\nb\n"), "");
        CHECK_STR(see_ended("lent", "", 0, "a\nb\nc\nd\n"), "good 200 c, good 0 d");
        CHECK_STR(see_ended("returning", "not d", 1, ""), "");
        CHECK_STR(see_ended("returning", "not b", 3, "not d\nnot c\n"), "good 100 not d, good 0 not c");
        CHECK_STR(see_ended("host", "", 0, "not d\nnot c\nnot b\nnot a\n"), "good 100 not b, good 0 not a");
}

/* What failed is not in the list, what came before it and is undone is. */
static void test_unseen_and_undone(void) {
        reset();
        CHECK_STR(see_ended("host", "", 0, ""), "");
        CHECK_STR(see_ended("lending", "b", 2, "a\n"), "good 0 a");
        CHECK_STR(see_ended("returning", "not a", 1, "a\n"), "bad 100 b");
        CHECK_STR(see_ended("host", "", 0, "a\nnot a\n"), "good 100 not a");
}

/* One that could not be undone is none that has ended; the return goes on all the same. */
static void test_not_undone(void) {
        reset();
        CHECK_STR(see_ended("lent", "", 0, "a\nb\n"), "");
        CHECK_STR(see_ended("returning", "not b", 2, ""), "");
        CHECK_STR(see_ended("returning", "not b", 2, ""), "");
        CHECK_STR(see_ended("returning", "not a", 1, ""), "bad 200 not b");
        CHECK_STR(see_ended("failed", "", 0, "not a\n"), "good 100 not a");
}

/* All of a switch between two looks, and one that has done less than the last. */
static void test_unseen_whole(void) {
        reset();
        CHECK_STR(see_ended("host", "", 0, ""), "");
        CHECK_STR(see_ended("lent", "", 0, "a\nb\n"), "good 0 a, good 0 b");
        CHECK_STR(see_ended("host", "", 0, "c\n"), "good 0 c");
}

int main(void) {
        test_unseen();
        test_unseen_and_undone();
        test_unseen_whole();
        test_not_undone();
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
