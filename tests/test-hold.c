/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audio/hold.h"

#include "tests/test.h"

static void test_says_what_changes(void) {
        _cleanup_(hold_freep) struct hold *hold = NULL;
        struct hold_switch now = { .id = 7, .route = -1, .muted = false };

        CHECK_EQ(hold_new(&hold, "mic", now.muted), 0);
        CHECK_EQ(hold_govern(hold, &now, false), HOLD_SETTLE); /* said even if it is so already */
        CHECK_EQ(hold_govern(hold, &now, false), HOLD_KEEP);
        CHECK_EQ(hold_govern(hold, &now, true), HOLD_SAY);
        now.muted = true;
        CHECK_EQ(hold_govern(hold, &now, true), HOLD_KEEP);
        hold->settling = false;
        now.muted = false; /* somebody's hand */
        CHECK_EQ(hold_govern(hold, &now, true), HOLD_KEEP);
        CHECK_EQ(hold_govern(hold, &now, false), HOLD_SAY);
        CHECK(!hold->before);
}

static void test_holds_while_it_settles(void) {
        _cleanup_(hold_freep) struct hold *hold = NULL;
        const struct hold_switch now = { .id = 7, .route = 2, .muted = false };
        unsigned said = 0;

        CHECK_EQ(hold_new(&hold, "mic", now.muted), 0);
        CHECK_EQ(hold_govern(hold, &now, true), HOLD_SETTLE);
        for (int i = 0; i < 100; i++)
                said += hold_govern(hold, &now, true) == HOLD_SAY;
        CHECK(said > 2 && said < 20); /* but not for ever against somebody as stubborn */
}

static void test_another_switch(void) {
        _cleanup_(hold_freep) struct hold *hold = NULL;
        struct hold_switch now = { .id = 7, .route = 2, .muted = true };

        CHECK_EQ(hold_new(&hold, "mic", true), 0);
        CHECK_EQ(hold_govern(hold, &now, true), HOLD_SETTLE);
        hold->settling = false;
        now.route = 3; /* a headset was plugged in */
        CHECK_EQ(hold_govern(hold, &now, true), HOLD_SETTLE);
        now.id = 8;
        CHECK_EQ(hold_govern(hold, &now, true), HOLD_SETTLE);
        hold->there = false; /* seen to go, and back with the same number */
        CHECK_EQ(hold_govern(hold, &now, true), HOLD_SETTLE);
        CHECK_EQ(hold_govern(hold, &now, true), HOLD_KEEP);
}

static void test_lets_go(void) {
        _cleanup_(hold_freep) struct hold *hold = NULL;
        const struct hold_switch now = { .id = 7, .route = -1, .muted = true };

        CHECK_EQ(hold_new(&hold, "mic", false), 0);
        CHECK_EQ(hold_govern(hold, &now, true), HOLD_SETTLE);
        CHECK(hold_let_go(hold));
        CHECK(!hold_let_go(hold));
        hold->there = false;
        CHECK(hold_let_go(hold)); /* it is back: what it is owed is due again */
        CHECK(!hold_let_go(hold));
        CHECK_EQ(hold_govern(hold, &now, true), HOLD_SETTLE);
}

int main(void) {
        test_says_what_changes();
        test_holds_while_it_settles();
        test_another_switch();
        test_lets_go();
        return 0;
}
