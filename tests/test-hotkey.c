/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How hotkeys are written. What they do is told in tests/router/hotkey*.t. */
#include "core/cleanup.h"
#include "input/hotkey.h"
#include "tests/test.h"

static struct hotkey parse(const char *text) {
        struct hotkey hotkey = { .when = WHEN_ANY };

        if (hotkey_parse(&hotkey, text) < 0)
                test_fail("'%s' is no hotkey", text);
        return hotkey;
}

static void test_good(void) {
        struct hotkey hotkey = parse("mouse:extra | LeftCtrl + F12 hold=500ms|%584|leftmeta double=1s ");

        CHECK_EQ(hotkey.n_triggers, 4);
        CHECK_EQ(hotkey.triggers[0].chord.keys[0], BTN_EXTRA);
        CHECK_EQ(hotkey.triggers[0].gesture, GESTURE_PRESS);
        CHECK_EQ(hotkey.triggers[1].chord.n, 2);
        CHECK_EQ(hotkey.triggers[1].gesture, GESTURE_HOLD);
        CHECK_EQ(hotkey.triggers[1].usec, 500000);
        CHECK_EQ(hotkey.triggers[2].chord.keys[0], 584);
        CHECK_EQ(hotkey.triggers[3].gesture, GESTURE_DOUBLE);
        CHECK_EQ(hotkey.triggers[3].usec, 1000000);
}

static void test_bad(void) {
        static const char *const bad[] = {
                "",          " ",
                "|f1",       "f1|",
                "f1||f2",    "f1+",
                "+f1",       "f1 f2",
                "nokey",     "mouse:f1",
                "mouse:",    "%0",
                "%768",      "%x",
                "f1 hold",   "f1 hold=",
                "f1 hold=0", "f1 long=1s",
                "hold=1s",   "f1 hold=1day",
                "f1+f1",     "f1 hold=1s hold=2s",
        };
        struct hotkey hotkey = parse("f1");

        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
                if (hotkey_parse(&hotkey, bad[i]) != -EINVAL)
                        test_fail("'%s' was taken for a hotkey", bad[i]);
        CHECK_EQ(hotkey_parse(&hotkey, "1|2|3|4|5|6|7"), -E2BIG);
        CHECK_EQ(hotkey.n_triggers, 1); /* as it was */
}

static void test_conflicts(void) {
        struct hotkey a = parse("f1|leftctrl+f2"), b = parse("f3|f2+leftctrl"),
                      c = parse("f2+leftctrl hold=1s");

        CHECK(hotkey_conflicts(&a, &b));
        CHECK(!hotkey_conflicts(&a, &c));
        a.when = WHEN_HOST;
        b.when = WHEN_GUEST;
        CHECK(!hotkey_conflicts(&a, &b));
}

int main(void) {
        test_good();
        test_bad();
        test_conflicts();
        return 0;
}
