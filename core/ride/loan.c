/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hardware of the ride. Whose it is is seen anew each time, in what core/ride/lender has of the world,
 * and not remembered: it may be lent and given back by others, by root, by libvirt's hook, by the guard whose
 * time is over.
 */
#include "core/ride/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "switcher/profile.h"

/* Whether the loan that there is is this guest's. */
static bool is_ours(const struct ride *ride) {
        const char *lent = lender_profile(ride->lender);

        return ride->profile && lent && strcmp(ride->profile, lent) == 0;
}

static bool is_lent(const struct ride *ride) {
        switch (ride->state) {
        case STATE_LENDING:
                return true; /* or is about to be: we have asked for it */
        case STATE_HOST:
        case STATE_STRANDED:
        case STATE_FAILED:
                return lender_lent(ride->lender); /* whoever it is for: it does not run, as far as we know */
        case STATE_PREFLIGHT:
                return ride->observed && is_ours(ride) && lender_lent(ride->lender);
        case STATE_STARTING:
        case STATE_GUEST:
        case STATE_PAUSED:
        case STATE_PAUSING:
        case STATE_RESUMING:
        case STATE_STOPPING:
        case STATE_RESTARTING:
        case STATE_RETURNING:
        case STATE_UNDOING:
        case N_STATES:
                break;
        }
        return is_ours(ride) && lender_lent(ride->lender);
}

struct supervisor_facts ride_facts(const struct ride *ride) {
        return (struct supervisor_facts){ .lent = is_lent(ride), .keep = ride->keep };
}

static void explain_no_profile(struct ride *ride, int r) {
        static const char format[] = "no profile says that hardware may be lent to '%s'; as root, 'pillion "
                                     "init %s --write' writes one, and without --write shows it";
        char why[400];

        if (r == -ENOENT)
                snprintf(why, sizeof(why), format, ride->guest, ride->guest);
        else
                snprintf(why, sizeof(why), PROFILE_DIRECTORY " cannot be read: %s", strerror(-r));
        ride_fail(ride, why);
}

/* libvirt would not look who uses it, and give it back on its own account. */
static void explain_taking(struct ride *ride) {
        static const char format[] = "its definition has libvirt take the hardware away by itself "
                                     "(managed='yes'); 'pillion domain prepare %s --write' has it wait until "
                                     "it is lent";
        char why[400];

        snprintf(why, sizeof(why), format, ride->guest);
        ride_fail(ride, why);
}

static void explain_others_loan(struct ride *ride) {
        char why[400];

        snprintf(why, sizeof(why),
                 "the hardware is with another guest, by the profile '%s'; shut that guest down, or give it "
                 "back with 'systemctl stop pillion-guest@%s'",
                 lender_profile(ride->lender), lender_profile(ride->lender));
        ride_fail(ride, why);
}

void ride_depart(struct ride *ride) {
        int r;

        free(ride->profile);
        ride->profile = NULL;
        ride->again = false; /* it has shut down meanwhile */
        if (ride->spice || !ride->info->needs_hardware) {
                ride_apply(ride, EVENT_READY);
                return;
        }
        r = lender_find(ride->lender, ride->guest, &ride->profile);
        if (r < 0) {
                explain_no_profile(ride, r);
        } else if (ride->info->takes_hardware) {
                explain_taking(ride);
        } else if (lender_lent(ride->lender) && !is_ours(ride)) {
                explain_others_loan(ride);
        } else if (lender_guards(ride->lender, ride->profile)) {
                lender_renew(ride->lender);
                ride_apply(ride, EVENT_READY);
        } else {
                ride_apply(ride, EVENT_LOAN_NEEDED);
        }
}

void ride_lend(struct ride *ride) {
        lingering_want(ride->lingering, true);
        lender_lend(ride->lender, ride->profile);
}

void ride_adopt_loan(struct ride *ride) {
        if (ride->profile || !ride->info || !ride->info->needs_hardware)
                return;
        if (lender_find(ride->lender, ride->guest, &ride->profile) < 0)
                log_debug("'%s' has hardware of the host's, and no profile", ride->guest);
}

/* Why the guest could not be started stays the first thing that is told. */
static void on_not_given_back(struct ride *ride, const char *problem) {
        if (ride->state == STATE_UNDOING)
                ride_and(ride, problem);
        else
                ride_because(ride, "%s", problem);
        ride_apply(ride, EVENT_LOAN_FAILED);
}

/* What was said of the hardware is not so any more. */
static void on_returned(struct ride *ride) {
        if (ride->state == STATE_STRANDED)
                ride_because(ride, "%s", "");
        else if (ride->first > 0)
                ride_and(ride, "");
        ride_apply(ride, EVENT_RETURNED);
}

/* The end of a return, whoever has begun it. */
static void judge_return(struct ride *ride) {
        const char *reason = lender_seen(ride->lender)->reason;
        char problem[1200];

        if (!lender_idle(ride->lender))
                return;
        if (!lender_lent(ride->lender)) {
                on_returned(ride);
                return;
        }
        snprintf(problem, sizeof(problem),
                 "not all of the hardware is back%s%s; see 'journalctl -u pillion-guest@%s'",
                 *reason ? ": " : "", reason, lender_profile(ride->lender));
        on_not_given_back(ride, problem);
}

/* Whose the hardware is says which guest this is about; libvirt is then asked whether it runs. */
static void meet_loan(struct ride *ride) {
        const char *profile = lender_profile(ride->lender);
        _cleanup_free_ char *domain = NULL;

        if (ride->profile || lender_domain(ride->lender, profile, &domain) < 0)
                return;
        if (ride->configured && strcmp(ride->configured, domain) != 0)
                return;
        if (ride_set_guest(ride, domain) < 0 || replace_string(&ride->profile, profile) < 0)
                return;
        if (ride->connected)
                ride_observe(ride);
}

void ride_tell_idle_loan(struct ride *ride) {
        if (ride->idle || !supervisor_settled(ride->state) || !is_ours(ride) ||
            lender_seen(ride->lender)->state != PROGRESS_LENT)
                return;
        ride->idle = true;
        ride_because(ride,
                     "its hardware is lent, and it does not run: 'pillion start' starts it, 'pillion stop' "
                     "gives the hardware back");
        log_event(LOG_NOTICE, (.domain = ride->guest, .message = MESSAGE_HARDWARE_IDLE), "Guest '%s': %s",
                  ride->guest, ride->reason);
        ride_changed(ride);
}

/* Of a loan whose guest has yet to be seen nothing is said: the last of us may have had the user linger. */
void ride_linger(const struct ride *ride) {
        bool lent = lender_lent(ride->lender);

        if (ride->state == STATE_LENDING || (lent && is_ours(ride)))
                lingering_want(ride->lingering, true);
        else if (!lent)
                lingering_want(ride->lingering, false);
}

/* Whether something is told of hardware that is not back. */
static bool is_amiss(const struct ride *ride) {
        return ride->state == STATE_STRANDED || (ride->state == STATE_FAILED && ride->first > 0);
}

/* Without our having asked for it; so why that could not be done is of no interest any more. */
static void on_going_back(struct ride *ride) {
        if (ride->state == STATE_STRANDED)
                ride_because(ride, "%s", "");
        ride_apply(ride, EVENT_GOING_BACK);
}

/* What is lent may go back, or be back, by itself. */
static void see_loan(struct ride *ride, bool lent) {
        if (ride->state == STATE_RETURNING || ride->state == STATE_UNDOING)
                judge_return(ride);
        else if ((ride->state == STATE_HOST || ride->state == STATE_STRANDED) &&
                 lender_returning(ride->lender))
                on_going_back(ride);
        else if (is_amiss(ride) && !lent)
                on_returned(ride);
        else if (ride->state == STATE_HOST && lent)
                meet_loan(ride);
}

static void on_change(void *userdata) {
        struct ride *ride = userdata;
        bool lent = lender_lent(ride->lender);

        ride->idle = ride->idle && lent;
        see_loan(ride, lent);
        ride_linger(ride);
        ride_changed(ride);
}

static void on_lent(struct ride *ride, const char *problem) {
        if (problem)
                ride_because(ride, "%s", problem);
        ride_apply(ride, problem ? EVENT_LOAN_FAILED : EVENT_LENT);
}

static void on_given_back(struct ride *ride, const char *problem) {
        if (problem)
                on_not_given_back(ride, problem);
        else
                judge_return(ride);
}

static void on_done(const char *problem, void *userdata) {
        struct ride *ride = userdata;

        if (ride->state == STATE_LENDING)
                on_lent(ride, problem);
        else if (ride->state == STATE_RETURNING || ride->state == STATE_UNDOING)
                on_given_back(ride, problem);
}

const struct lender_handlers ride_lender_handlers = { on_change, on_done };
