/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every cell of the table, written out a second time, by hand, in the order of the comment in supervisor.c,
 * once for a host that has all its hardware and once for one that has lent some; and laws that must hold
 * whatever the table says.
 */
#include "core/ride/supervisor.h"

#include <stdbool.h>
#include <stddef.h>

#include "tests/test.h"

static const struct supervisor_facts nothing_lent = { false, false };
static const struct supervisor_facts lent = { true, false };
static const struct supervisor_facts kept = { true, true };

/*
 * One letter a cell: the next state (h p l s g a i u t r b d n f for host, preflight, lending, starting,
 * guest, paused, pausing, resuming, stopping, restarting, returning, undoing, stranded, failed), '-' for
 * nothing, 'R' for refused.
 */
static const char letters[] = "hplsgaiutrbdnf";
/* start stop force restart pause resume, ready needed lent loan-failed going-back returned,
 * failed running paused stopped deadline */
static const char *const expected[N_STATES] = {
        [STATE_HOST] = "pRRRRR----b--ga--",      [STATE_PREFLIGHT] = "RhhRRRsl----fga-f",
        [STATE_LENDING] = "RhhRRR--sf-ffga--",   [STATE_STARTING] = "RRsRRR------fgah-",
        [STATE_GUEST] = "RttriR--------ah-",     [STATE_PAUSED] = "RRtRRu-------g-h-",
        [STATE_PAUSING] = "RRtRRR------g-ahg",   [STATE_RESUMING] = "RRtRRR------ag-ha",
        [STATE_STOPPING] = "RRtRRR------g--hg",  [STATE_RESTARTING] = "RttRRR------g--pg",
        [STATE_RETURNING] = "RbbRRR---n-h-ga--", [STATE_UNDOING] = "RbbRRR---f-f-ga--",
        [STATE_STRANDED] = "phhRRR----bh-gan-",  [STATE_FAILED] = "phhRRR-------gaf-",
};
static const char *const expected_lent[N_STATES] = {
        [STATE_HOST] = "pbbRRR----b--ga--",      [STATE_PREFLIGHT] = "RbbRRRsl----dga-d",
        [STATE_LENDING] = "RbbRRR--sf-fdga--",   [STATE_STARTING] = "RRsRRR------dgab-",
        [STATE_GUEST] = "RttriR--------ab-",     [STATE_PAUSED] = "RRtRRu-------g-b-",
        [STATE_PAUSING] = "RRtRRR------g-abg",   [STATE_RESUMING] = "RRtRRR------ag-ba",
        [STATE_STOPPING] = "RRtRRR------g--bg",  [STATE_RESTARTING] = "RttRRR------g--pg",
        [STATE_RETURNING] = "RbbRRR---n-h-ga--", [STATE_UNDOING] = "RbbRRR---f-f-ga--",
        [STATE_STRANDED] = "pbbRRR----bh-gan-",  [STATE_FAILED] = "pbbRRR-------gaf-",
};
/* What is to be kept stays when a guest ends by itself. */
static const enum supervisor_state keeps[] = { STATE_GUEST, STATE_PAUSED, STATE_PAUSING, STATE_RESUMING };

static struct supervisor_step step_of(int state, int event, const struct supervisor_facts *facts) {
        return supervisor_step((enum supervisor_state)state, (enum supervisor_event)event, facts);
}

static void check_cell(int state, int event, char want, const struct supervisor_facts *facts) {
        const struct supervisor_step step = step_of(state, event, facts);

        if (want == '-' || want == 'R') {
                CHECK_EQ(step.next, state);
                CHECK_EQ(step.actions, want == 'R' ? ACTION_REFUSE : 0);
                CHECK_EQ(step.deadline, DEADLINE_KEEP);
        } else {
                CHECK_EQ(letters[step.next], want);
                CHECK(!(step.actions & ACTION_REFUSE));
        }
}

static char kept_cell(int state, int event) {
        for (size_t i = 0; i < sizeof(keeps) / sizeof(*keeps); i++)
                if ((int)keeps[i] == state && event == EVENT_STOPPED)
                        return 'h';
        return expected_lent[state][event];
}

static void test_every_cell(void) {
        for (int state = 0; state < N_STATES; state++) {
                CHECK_EQ(strlen(expected[state]), N_EVENTS);
                CHECK_EQ(strlen(expected_lent[state]), N_EVENTS);
                for (int event = 0; event < N_EVENTS; event++) {
                        check_cell(state, event, expected[state][event], &nothing_lent);
                        check_cell(state, event, expected_lent[state][event], &lent);
                        check_cell(state, event, kept_cell(state, event), &kept);
                }
        }
}

/* Whether libvirt has it, as far as we know. */
static bool exists(int state) {
        return state == STATE_GUEST || state == STATE_PAUSED || state == STATE_PAUSING ||
               state == STATE_RESUMING || state == STATE_STOPPING || state == STATE_RESTARTING;
}

static bool is_still(int state) {
        return state == STATE_PAUSED || state == STATE_PAUSING || state == STATE_RESUMING;
}

static void check_service(int state, int event, const struct supervisor_step *step) {
        /* A guest that comes to run or to pause is served; one that goes is not any more. */
        if (supervisor_has_guest(step->next) && !exists(state))
                CHECK(step->actions & ACTION_SERVE);
        /* What was paused, or was to be, gets its input back only by being served again. */
        if (step->next == STATE_GUEST && is_still(state))
                CHECK(step->actions & ACTION_SERVE);
        if (event == EVENT_STOPPED && exists(state))
                CHECK((step->actions & ACTION_UNSERVE) && (step->actions & ACTION_INPUT_HOST));
        /* A guest that does not run, or soon will not, has no keyboard. */
        if ((step->next == STATE_PAUSED || step->next == STATE_PAUSING) && (int)step->next != state)
                CHECK(step->actions & ACTION_INPUT_HOST);
        /* Only force ends a guest by force. */
        if (step->actions & ACTION_DESTROY)
                CHECK_EQ(event, EVENT_STOP_FORCE);
}

static bool is_asked_to_shut_down(int state) {
        return state == STATE_STOPPING || state == STATE_RESTARTING;
}

static void check_deadline(int state, const struct supervisor_step *step) {
        /* What waits for others without end has no deadline; what we asked for has one. */
        if (is_asked_to_shut_down((int)step->next) && !is_asked_to_shut_down(state))
                CHECK_EQ(step->deadline, DEADLINE_SHUTDOWN);
        if ((step->next == STATE_PAUSING || step->next == STATE_RESUMING) && (int)step->next != state)
                CHECK_EQ(step->deadline, DEADLINE_ANSWER);
        if (step->next == STATE_PREFLIGHT && state != STATE_PREFLIGHT)
                CHECK_EQ(step->deadline, DEADLINE_PREFLIGHT);
        if (supervisor_settled(step->next) && !supervisor_settled((enum supervisor_state)state))
                CHECK_EQ(step->deadline, DEADLINE_NONE);
}

static void check_loan(int state, const struct supervisor_step *step, const struct supervisor_facts *facts) {
        /* Lent for a start alone, and given back only from a guest that is not there. */
        if (step->actions & ACTION_LEND)
                CHECK(state == STATE_PREFLIGHT && step->next == STATE_LENDING);
        if (step->actions & ACTION_RETURN)
                CHECK(facts->lent && (step->next == STATE_RETURNING || step->next == STATE_UNDOING));
        if (step->actions & ACTION_CREATE)
                CHECK(state == STATE_PREFLIGHT || state == STATE_LENDING);
}

static void check_laws(const struct supervisor_facts *facts) {
        for (int s = 0; s < N_STATES; s++)
                for (int e = 0; e < N_EVENTS; e++) {
                        const struct supervisor_step step = step_of(s, e, facts);

                        check_service(s, e, &step);
                        check_deadline(s, &step);
                        check_loan(s, &step, facts);
                }
}

/*
 * The world beside it: whether anything is lent. Walked through from a host that has all, by every sequence
 * of events that can be, to every pair of a state and that.
 */
static bool seen[N_STATES][2];

static bool can_be(int state, int event, bool is_lent) {
        if (event == EVENT_LENT)
                return is_lent && state == STATE_LENDING;
        if (event == EVENT_LOAN_NEEDED)
                return !is_lent;
        return event != EVENT_GOING_BACK || is_lent;
}

/* What is lent after it; FALSE or TRUE, or both for a loan that may have failed with nothing left of it. */
static void walk(int state, bool is_lent) {
        const struct supervisor_facts facts = { is_lent, false };

        if (seen[state][is_lent])
                return;
        seen[state][is_lent] = true;
        for (int event = 0; event < N_EVENTS; event++) {
                const struct supervisor_step step = step_of(state, event, &facts);
                bool after = (is_lent || (step.actions & ACTION_LEND)) && event != EVENT_RETURNED;

                if (!can_be(state, event, is_lent))
                        continue;
                walk((int)step.next, after);
                if (event == EVENT_LOAN_FAILED)
                        walk((int)step.next, false);
        }
}

static bool leads_home(int state, bool is_lent, int most) {
        const struct supervisor_facts facts = { is_lent, false };

        if (state == STATE_HOST && !is_lent)
                return true;
        for (int event = 0; most > 0 && event < N_EVENTS; event++) {
                const struct supervisor_step step = step_of(state, event, &facts);

                if (can_be(state, event, is_lent) && (int)step.next != state &&
                    leads_home((int)step.next, is_lent && event != EVENT_RETURNED, most - 1))
                        return true;
        }
        return false;
}

static void test_loan_never_stays(void) {
        walk(STATE_HOST, false);
        CHECK(seen[STATE_GUEST][true] && seen[STATE_GUEST][false]);
        CHECK(seen[STATE_RETURNING][true] && seen[STATE_UNDOING][true] && seen[STATE_FAILED][true]);
        CHECK(seen[STATE_STRANDED][true]);
        CHECK(!seen[STATE_HOST][true]);
        for (int state = 0; state < N_STATES; state++)
                for (int is_lent = 0; is_lent < 2; is_lent++)
                        if (seen[state][is_lent])
                                CHECK(leads_home(state, is_lent, 6));
}

/* From wherever things fail, a start and a stop are open. */
static void test_way_back(void) {
        CHECK_EQ(step_of(STATE_FAILED, EVENT_START, &nothing_lent).next, STATE_PREFLIGHT);
        CHECK_EQ(step_of(STATE_FAILED, EVENT_STOP, &nothing_lent).next, STATE_HOST);
        CHECK_EQ(step_of(STATE_FAILED, EVENT_STOP, &lent).next, STATE_RETURNING);
        CHECK_EQ(step_of(STATE_STRANDED, EVENT_START, &lent).next, STATE_PREFLIGHT);
        CHECK_EQ(step_of(STATE_STRANDED, EVENT_STOP, &lent).next, STATE_RETURNING);
}

/* A command has succeeded in the very states that the table leads to when all goes well. */
static void test_achieved(void) {
        CHECK(supervisor_achieved(EVENT_START, STATE_GUEST) &&
              supervisor_achieved(EVENT_START, STATE_PAUSED));
        CHECK(!supervisor_achieved(EVENT_START, STATE_FAILED) &&
              !supervisor_achieved(EVENT_START, STATE_HOST));
        CHECK(supervisor_achieved(EVENT_RESTART, STATE_GUEST) &&
              !supervisor_achieved(EVENT_RESTART, STATE_FAILED));
        CHECK(supervisor_achieved(EVENT_STOP, STATE_HOST) &&
              supervisor_achieved(EVENT_STOP_FORCE, STATE_HOST));
        CHECK(!supervisor_achieved(EVENT_STOP, STATE_FAILED) &&
              !supervisor_achieved(EVENT_STOP, STATE_STRANDED) &&
              !supervisor_achieved(EVENT_STOP_FORCE, STATE_GUEST));
        CHECK(supervisor_achieved(EVENT_PAUSE, STATE_PAUSED));
        CHECK(!supervisor_achieved(EVENT_PAUSE, STATE_GUEST) &&
              !supervisor_achieved(EVENT_PAUSE, STATE_HOST));
        CHECK(supervisor_achieved(EVENT_RESUME, STATE_GUEST));
        CHECK(!supervisor_achieved(EVENT_RESUME, STATE_PAUSED));
        CHECK(!supervisor_achieved(EVENT_LENT, STATE_GUEST));
}

/* A refusal says more than that. */
static void test_refusals(void) {
        for (int s = 0; s < N_STATES; s++)
                for (int e = EVENT_START; e <= EVENT_RESUME; e++)
                        if (step_of(s, e, &nothing_lent).actions & ACTION_REFUSE)
                                CHECK(!strstr(supervisor_refusal((enum supervisor_state)s,
                                                                 (enum supervisor_event)e),
                                              "cannot do that now"));
}

static void test_names(void) {
        for (int s = 0; s < N_STATES; s++)
                CHECK(*supervisor_state_name((enum supervisor_state)s));
        CHECK_STR(supervisor_state_name(STATE_UNDOING), "returning");
        CHECK_STR(supervisor_state_name(STATE_STRANDED), "failed");
        CHECK_STR(supervisor_state_name(STATE_LENDING), "lending");
}

int main(void) {
        test_every_cell();
        check_laws(&nothing_lent);
        check_laws(&lent);
        check_laws(&kept);
        test_loan_never_stays();
        test_way_back();
        test_achieved();
        test_refusals();
        test_names();
        return 0;
}
