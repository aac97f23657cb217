/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every cell of the table, written out a second time, by hand, in the order of the comment in supervisor.c;
 * and laws that must hold whatever the table says.
 */
#include "core/supervisor.h"

#include <stdbool.h>
#include <stddef.h>

#include "tests/test.h"

/* One letter a cell: the next state (h p s g a i u t f for host, preflight, starting, guest, paused, pausing,
 * resuming, stopping, failed), '-' for nothing, 'R' for refused. */
static const char *const expected[N_STATES] = {
        /* start stop force pause resume, ready failed running paused stopped deadline */
        [STATE_HOST] = "pRRRR--ga--",     [STATE_PREFLIGHT] = "RffRRsfga-f", [STATE_STARTING] = "RRsRR-fga--",
        [STATE_GUEST] = "RttiR---ah-",    [STATE_PAUSED] = "RRtRu--g-h-",    [STATE_PAUSING] = "RRtRR-g-ahg",
        [STATE_RESUMING] = "RRtRR-ag-ha", [STATE_STOPPING] = "RRtRR-g--hg",  [STATE_FAILED] = "phhRR--gaf-",
};
static const char letters[] = "hpsgaiutf";

static void test_every_cell(void) {
        for (int state = 0; state < N_STATES; state++)
                for (int event = 0; event < N_EVENTS; event++) {
                        const struct supervisor_step step =
                                supervisor_step((enum supervisor_state)state, (enum supervisor_event)event);
                        char want = expected[state][event];

                        if (want == '-' || want == 'R') {
                                CHECK_EQ(step.next, state);
                                CHECK_EQ(step.actions, want == 'R' ? ACTION_REFUSE : 0);
                                CHECK_EQ(step.deadline, DEADLINE_KEEP);
                        } else {
                                CHECK_EQ(letters[step.next], want);
                                CHECK(!(step.actions & ACTION_REFUSE));
                        }
                }
}

/* Whether libvirt has it, as far as we know. */
static bool exists(enum supervisor_state state) {
        return supervisor_has_guest(state) || state == STATE_PAUSING || state == STATE_RESUMING ||
               state == STATE_STOPPING;
}

static bool is_still(enum supervisor_state state) {
        return state == STATE_PAUSED || state == STATE_PAUSING || state == STATE_RESUMING;
}

static void test_laws(void) {
        for (int s = 0; s < N_STATES; s++)
                for (int e = 0; e < N_EVENTS; e++) {
                        const struct supervisor_step step =
                                supervisor_step((enum supervisor_state)s, (enum supervisor_event)e);

                        /* A guest that comes to run or to pause is served; one that goes is not any more. */
                        if (supervisor_has_guest(step.next) && !exists((enum supervisor_state)s))
                                CHECK(step.actions & ACTION_SERVE);
                        /* What was paused, or was to be, gets its input back only by being served again. */
                        if (step.next == STATE_GUEST && is_still((enum supervisor_state)s))
                                CHECK(step.actions & ACTION_SERVE);
                        if (e == EVENT_STOPPED && exists((enum supervisor_state)s))
                                CHECK((step.actions & ACTION_UNSERVE) && (step.actions & ACTION_INPUT_HOST));
                        /* A guest that does not run, or soon will not, has no keyboard. */
                        if ((step.next == STATE_PAUSED || step.next == STATE_PAUSING) && (int)step.next != s)
                                CHECK(step.actions & ACTION_INPUT_HOST);
                        /* Only force ends a guest by force. */
                        if (step.actions & ACTION_DESTROY)
                                CHECK_EQ(e, EVENT_STOP_FORCE);
                        /* What waits for others without end has no deadline; what we asked for has one. */
                        if (step.next == STATE_STOPPING && s != STATE_STOPPING)
                                CHECK_EQ(step.deadline, DEADLINE_SHUTDOWN);
                        if ((step.next == STATE_PAUSING || step.next == STATE_RESUMING) &&
                            (int)step.next != s)
                                CHECK_EQ(step.deadline, DEADLINE_ANSWER);
                        if (step.next == STATE_PREFLIGHT && s != STATE_PREFLIGHT)
                                CHECK_EQ(step.deadline, DEADLINE_PREFLIGHT);
                        if (supervisor_settled(step.next) && !supervisor_settled((enum supervisor_state)s))
                                CHECK_EQ(step.deadline, DEADLINE_NONE);
                }
}

/* From wherever things fail, a start and a stop are open. */
static void test_way_back(void) {
        CHECK_EQ(supervisor_step(STATE_FAILED, EVENT_START).next, STATE_PREFLIGHT);
        CHECK_EQ(supervisor_step(STATE_FAILED, EVENT_STOP).next, STATE_HOST);
}

/* A command has succeeded in the very states that the table leads to when all goes well. */
static void test_achieved(void) {
        CHECK(supervisor_achieved(EVENT_START, STATE_GUEST) &&
              supervisor_achieved(EVENT_START, STATE_PAUSED));
        CHECK(!supervisor_achieved(EVENT_START, STATE_FAILED));
        CHECK(supervisor_achieved(EVENT_STOP, STATE_HOST) && supervisor_achieved(EVENT_STOP, STATE_FAILED));
        CHECK(!supervisor_achieved(EVENT_STOP_FORCE, STATE_GUEST));
        CHECK(supervisor_achieved(EVENT_PAUSE, STATE_PAUSED));
        CHECK(!supervisor_achieved(EVENT_PAUSE, STATE_GUEST) &&
              !supervisor_achieved(EVENT_PAUSE, STATE_HOST));
        CHECK(supervisor_achieved(EVENT_RESUME, STATE_GUEST));
        CHECK(!supervisor_achieved(EVENT_RESUME, STATE_PAUSED));
}

/* A refusal says more than that. */
static void test_refusals(void) {
        for (int s = 0; s < N_STATES; s++)
                for (int e = EVENT_START; e <= EVENT_RESUME; e++)
                        if (supervisor_step((enum supervisor_state)s, (enum supervisor_event)e).actions &
                            ACTION_REFUSE)
                                CHECK(!strstr(supervisor_refusal((enum supervisor_state)s,
                                                                 (enum supervisor_event)e),
                                              "cannot do that now"));
}

int main(void) {
        test_every_cell();
        test_laws();
        test_way_back();
        test_achieved();
        test_refusals();
        return 0;
}
