/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every cell of the table, written out a second time, by hand; and the laws it must keep. */
#include "switcher/guard-policy.h"

#include <stdbool.h>

#include "tests/test.h"

/* One letter a cell: the next state (b a r l e R F for blind, awaiting, riding, left, ending, returning,
 * failed), '-' for nothing. */
static const char *const expected[N_GUARD_STATES] = {
        /* runs gone stop renew deadline late */
        [GUARD_BLIND] = "rae---",  [GUARD_AWAITING] = "r-RaRa", [GUARD_RIDING] = "-le---",
        [GUARD_LEFT] = "r-RlRl",   [GUARD_ENDING] = "eR--FF",   [GUARD_RETURNING] = "------",
        [GUARD_FAILED] = "------",
};
static const char letters[] = "barleRF";

static void test_every_cell(void) {
        for (int state = 0; state < N_GUARD_STATES; state++)
                for (int event = 0; event < N_GUARD_EVENTS; event++) {
                        const struct guard_step step =
                                guard_step((enum guard_state)state, (enum guard_event)event);
                        char want = expected[state][event];

                        if (want == '-') {
                                CHECK_EQ(step.next, state);
                                CHECK_EQ(step.action, GUARD_NOTHING);
                                CHECK_EQ(step.deadline, GUARD_KEEP);
                        } else
                                CHECK_EQ(letters[step.next], want);
                }
}

/* What each state does when it is entered, and how long it lasts. */
static void test_entering(void) {
        static const struct {
                enum guard_action action;
                enum guard_deadline deadline;
        } entering[N_GUARD_STATES] = {
                [GUARD_AWAITING] = { GUARD_NOTHING, GUARD_FIRST },
                [GUARD_RIDING] = { GUARD_NOTHING, GUARD_NONE },
                [GUARD_LEFT] = { GUARD_NOTHING, GUARD_GRACE },
                [GUARD_ENDING] = { GUARD_SHUT_DOWN, GUARD_SHUTDOWN },
                [GUARD_RETURNING] = { GUARD_RETURN, GUARD_NONE },
                [GUARD_FAILED] = { GUARD_GIVE_UP, GUARD_NONE },
        };

        for (int state = 0; state < N_GUARD_STATES; state++)
                for (int event = 0; event < N_GUARD_EVENTS; event++) {
                        const struct guard_step step =
                                guard_step((enum guard_state)state, (enum guard_event)event);

                        if (step.deadline == GUARD_KEEP && step.action == GUARD_NOTHING)
                                continue;
                        CHECK_EQ(step.action, entering[step.next].action);
                        /* Asked again, the guest is not given more time. */
                        CHECK_EQ(step.deadline, state == GUARD_ENDING && event == GUARD_RUNS
                                                        ? GUARD_KEEP
                                                        : entering[step.next].deadline);
                }
}

/* The hardware goes back only when libvirt's last word was that the guest is gone: all walks of seven events,
 * beside what libvirt said. */
static void walk(enum guard_state state, bool told, bool runs, unsigned depth) {
        for (int e = 0; depth > 0 && e < N_GUARD_EVENTS; e++) {
                const enum guard_event event = (enum guard_event)e;
                const struct guard_step step = guard_step(state, event);
                bool now_told = told || event == GUARD_RUNS || event == GUARD_GONE;
                bool now_runs = event == GUARD_RUNS || (runs && event != GUARD_GONE);

                if (step.action == GUARD_RETURN)
                        CHECK(now_told && !now_runs && event != GUARD_LATE);
                if (state != GUARD_ENDING && step.next != GUARD_RETURNING && step.next != GUARD_FAILED)
                        CHECK((step.next == GUARD_RIDING) == (now_runs && step.next != GUARD_ENDING));
                walk(step.next, now_told, now_runs, depth - 1);
        }
}

static void test_never_while_it_may_run(void) {
        walk(GUARD_BLIND, false, false, 7);
}

static void test_waits(void) {
        const uint64_t minute = 60000000;

        CHECK_EQ(guard_wait(GUARD_GRACE, minute / 6, minute), minute / 6);
        CHECK_EQ(guard_wait(GUARD_FIRST, minute / 6, minute), 5 * minute);
        CHECK_EQ(guard_wait(GUARD_FIRST, 7 * minute, minute), 7 * minute);
        CHECK_EQ(guard_wait(GUARD_SHUTDOWN, minute / 6, minute), minute);
        /* Never by itself. */
        CHECK_EQ(guard_wait(GUARD_GRACE, 0, minute), 0);
        CHECK_EQ(guard_wait(GUARD_FIRST, 0, minute), 0);
        CHECK_EQ(guard_wait(GUARD_NONE, minute, minute), 0);
}

static void test_phrases(void) {
        for (int state = 0; state < N_GUARD_STATES; state++)
                CHECK(guard_state_phrase((enum guard_state)state));
}

int main(void) {
        test_every_cell();
        test_entering();
        test_never_while_it_may_run();
        test_waits();
        test_phrases();
        return 0;
}
