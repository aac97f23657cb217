/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told, and what is not: the input's way out and home, and every step of the guest's life. */
#include "core/news.h"

#include "core/notify.h"
#include "tests/test.h"

static const struct news_options quiet = { .input = false, .failures = true };
static const struct news_options chatty = { .input = true, .failures = true };

/* The summary and body of KIND when VIEW follows another one; "" if nothing is told. */
static const char *told(const struct news *before, enum news_kind kind, const struct news_view *view) {
        static char text[1100];
        struct news_item item;

        if (!news_ask(before, kind, view, &item))
                return "";
        snprintf(text, sizeof(text), "%s%s|%s", item.urgent ? "!" : "", item.summary, item.body);
        return text;
}

static const char *moved(const struct news_options *options, bool before, bool now, const char *why) {
        const struct news news = { *options, before, STATE_GUEST };

        return told(&news, NEWS_INPUT, &(const struct news_view){ now, why, STATE_GUEST, "win10", "" });
}

static void test_input(void) {
        const char *home = "Keyboard and mouse are back at the host|Because the guest is paused.";

        CHECK_STR(moved(&quiet, true, false, "the guest is paused"), home);
        CHECK_STR(moved(&chatty, true, false, "the guest is paused"), home);
        CHECK_STR(moved(&quiet, true, false, ""), "");
        CHECK_STR(moved(&quiet, false, true, ""), "");
        CHECK_STR(moved(&quiet, false, false, "the guest is paused"), "");
        CHECK_STR(moved(&chatty, true, false, ""), "Keyboard and mouse are back at the host|");
        CHECK_STR(moved(&chatty, false, true, ""), "Keyboard and mouse are at guest win10|");
        CHECK_STR(moved(&chatty, true, true, ""), "");
}

static const char *went(enum supervisor_state before, enum supervisor_state now, const char *reason) {
        const struct news news = { quiet, false, before };

        return told(&news, NEWS_GUEST, &(const struct news_view){ false, "", now, "win10", reason });
}

static void test_guest(void) {
        CHECK_STR(went(STATE_STARTING, STATE_FAILED, "no room"), "!Guest win10 failed|no room");
        CHECK_STR(went(STATE_RETURNING, STATE_STRANDED, "no"),
                  "!Guest win10 is gone, but not all of its hardware is back|no");
        CHECK_STR(went(STATE_STRANDED, STATE_HOST, "no"), "");
        CHECK_STR(went(STATE_GUEST, STATE_HOST, "crashed"), "!Guest win10 is gone|crashed");
        CHECK_STR(went(STATE_GUEST, STATE_HOST, "shut down"), "");
        CHECK_STR(went(STATE_STOPPING, STATE_HOST, "ended by force"), "");
        CHECK_STR(went(STATE_STOPPING, STATE_GUEST, "slow"), "!Guest win10 has not shut down|slow");
        CHECK_STR(went(STATE_PAUSING, STATE_GUEST, "no"), "!Guest win10 could not be paused|no");
        CHECK_STR(went(STATE_RESUMING, STATE_PAUSED, "no"), "!Guest win10 could not be resumed|no");
}

/* Whatever does not change is never told again, and what goes well is not told at all. */
static void test_silence(void) {
        for (int state = 0; state < N_STATES; state++) {
                CHECK_STR(went((enum supervisor_state)state, (enum supervisor_state)state, "x"), "");
                for (int next = 0; next < N_STATES; next++)
                        CHECK_STR(went((enum supervisor_state)state, (enum supervisor_state)next, ""), "");
        }
}

static void test_options(void) {
        const struct news_options none = { 0 };
        const struct news news = { none, true, STATE_GUEST };
        const struct news_view view = { false, "the guest is gone: crashed", STATE_HOST, "win10", "crashed" };

        CHECK_STR(told(&news, NEWS_GUEST, &view), "");
        CHECK(strstr(told(&news, NEWS_INPUT, &view), "Because the guest is gone: crashed."));
}

static void test_escape(void) {
        char text[24];

        notify_escape(text, sizeof(text), "add <a b='c'/> & go");
        CHECK_STR(text, "add &lt;a b='c'/&gt; "); /* "&amp;" has no room */
        notify_escape(text, 3, "&&");
        CHECK_STR(text, "");
}

int main(void) {
        test_input();
        test_guest();
        test_silence();
        test_options();
        test_escape();
        return 0;
}
