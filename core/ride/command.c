/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user says to the ride and hears of it. What she wants and has not got is put down as a wish, so
 * that it survives us: a start, also the second half of a restart. How far that has come is not put down: it
 * is started again, and each of its steps finds what has been done already.
 */
#include "core/ride/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"

static void put_down(const struct ride *ride, bool again) {
        struct wish wish = { .again = again, .spice = ride->spice };

        snprintf(wish.guest, sizeof(wish.guest), "%s", ride->guest);
        wish_keep(ride->wishes, &wish);
}

void ride_keep_wish(const struct ride *ride) {
        switch (ride->state) {
        case STATE_PREFLIGHT:
                put_down(ride, false);
                break;
        case STATE_RESTARTING:
                put_down(ride, true);
                break;
        case STATE_LENDING:
        case STATE_STARTING:
                break;
        case STATE_HOST:
        case STATE_GUEST:
        case STATE_PAUSED:
        case STATE_PAUSING:
        case STATE_RESUMING:
        case STATE_STOPPING:
        case STATE_RETURNING:
        case STATE_UNDOING:
        case STATE_STRANDED:
        case STATE_FAILED:
        case N_STATES:
                wish_drop(ride->wishes);
                break;
        }
}

static int refuse(const struct ride *ride, enum supervisor_event command, char *reason, size_t size) {
        snprintf(reason, size, "%s%s%s %s", ride->guest ? "'" : "", ride->guest ? ride->guest : "the guest",
                 ride->guest ? "'" : "", supervisor_refusal(ride->state, command));
        return -EBUSY;
}

static int set_out(struct ride *ride, const struct ride_order *order, char *reason, size_t size) {
        const char *guest = order->guest ? order->guest : ride->configured;

        if (!guest) {
                snprintf(reason, size,
                         "which guest? Name it ('pillion start NAME'), or set domain= under [guest]");
                return -EINVAL;
        }
        if (ride_set_guest(ride, guest) < 0) {
                snprintf(reason, size, "out of memory");
                return -ENOMEM;
        }
        ride->spice = order->spice;
        return 0;
}

int ride_command(struct ride *ride, const struct ride_order *order, char *reason, size_t size) {
        const struct supervisor_facts facts = ride_facts(ride);
        enum supervisor_event command = order->command;
        int r;

        if (supervisor_step(ride->state, command, &facts).actions & ACTION_REFUSE)
                return refuse(ride, command, reason, size);
        r = command == EVENT_START ? set_out(ride, order, reason, size) : 0;
        if (r < 0)
                return r;
        ride_because(ride, "%s",
                     command != EVENT_START &&
                                     (ride->state == STATE_PREFLIGHT || ride->state == STATE_LENDING)
                             ? "called off"
                             : "");
        ride_apply(ride, command);
        return 0;
}

void ride_carry_on(struct ride *ride) {
        struct wish wish;
        char reason[700];

        if (!wish_read(ride->wishes, &wish) || !supervisor_settled(ride->state)) {
                ride_linger(ride);
                return;
        }
        log_notice("Guest '%s' was to be %s when pilliond ended: going on with that", wish.guest,
                   wish.again ? "restarted" : "started");
        if (ride_command(ride, &(const struct ride_order){ EVENT_START, wish.guest, wish.spice }, reason,
                         sizeof(reason)) < 0)
                log_warning("That is not possible: %s", reason);
        ride->again = wish.again && ride->state == STATE_PREFLIGHT;
        if (ride->again)
                put_down(ride, true);
}

static struct ride_loan loan_of(const struct ride *ride) {
        const struct progress_seen *seen = lender_seen(ride->lender);

        return (struct ride_loan){
                .profile = seen->profile,
                .phase = progress_state_name(seen->state),
                .step = seen->step,
                .number = seen->number,
                .of = seen->of,
                .since = seen->since,
                .reason = seen->reason,
                .warning = seen->warning,
                .ended = seen->ended,
        };
}

void ride_status(const struct ride *ride, struct ride_status *ret) {
        *ret = (struct ride_status){
                .state = ride->state,
                .loan = loan_of(ride),
                .guest = ride->guest,
                .reason = ride->reason,
                .connected = ride->connected,
                .problem = ride->problem,
        };
}
