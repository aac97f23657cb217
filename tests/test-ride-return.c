/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A return that fails, and what becomes of it: the guard gives back by itself what pilliond may not have
 * given back, and what is told of it then is what is so.
 */
#include <string.h>

#include "tests/ride-world.h"
#include "tests/test.h"

#define DENIAL SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED

/* The guard's time is over. */
static void give_back(struct ride_world *world) {
        fake_systemd_stop(&world->systemd);
        fake_systemd_tell(&world->systemd, PROGRESS_HOST, NULL);
        fake_systemd_become(&world->systemd, "inactive");
}

/* Begun by root, for somebody who may not end it. */
static void end_denied(struct ride_world *world) {
        fake_systemd_start(&world->systemd, "games");
        ride_world_virsh(world, "start win10");
        ride_world_until(world, STATE_GUEST);
        world->systemd.deny = DENIAL;
        *world->route = '\0';
        ride_world_virsh(world, "destroy win10");
        ride_world_until(world, STATE_STRANDED);
        CHECK_STR(world->route, "returning failed");
        ride_world_check_reason(world, "the hardware was not given back: only the group 'pillion'");
}

static void test_denied(struct ride_world *world) {
        end_denied(world);
        give_back(world);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "returning failed returning host");
        CHECK_STR(ride_world_reason(world), "");
        ride_world_await(world, !world->systemd.lingers);
}

/* The guard tried, and could not either; then somebody helped. */
static void test_fails_again(struct ride_world *world) {
        end_denied(world);
        fake_systemd_stop(&world->systemd);
        ride_world_until(world, STATE_RETURNING);
        fake_systemd_tell(&world->systemd, PROGRESS_FAILED, "1 step could not be undone");
        fake_systemd_become(&world->systemd, "failed");
        ride_world_until(world, STATE_STRANDED);
        ride_world_check_reason(world, "not all of the hardware is back: 1 step could not be undone");
        fake_systemd_tell(&world->systemd, PROGRESS_HOST, NULL);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "returning failed returning failed host");
}

/* What is lent is of use again, whoever may give it back. */
static void test_starts_again(struct ride_world *world) {
        end_denied(world);
        world->systemd.deny = NULL;
        ride_world_order(world, EVENT_START, "win10");
        ride_world_until(world, STATE_GUEST);
        CHECK_STR(world->route, "preflight starting guest");
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_HOST);
}

/* The unit has ended, as PHASE has it: no guard is there any more. */
static void lose_guard(struct ride_world *world, enum progress_state phase) {
        struct ride_status status;

        fake_systemd_start(&world->systemd, "games");
        ride_world_await(world, (ride_status(world->ride, &status), strcmp(status.loan.phase, "lent") == 0));
        fake_systemd_stop(&world->systemd);
        ride_world_until(world, STATE_RETURNING);
        fake_systemd_tell(&world->systemd, phase, "the guest has not shut down");
        fake_systemd_become(&world->systemd, "failed");
        ride_world_until(world, STATE_STRANDED);
        ride_world_check_reason(world, "not all of the hardware is back: the guest has not shut down");
}

static void stop(struct ride_world *world, enum supervisor_state end) {
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, end);
        ride_world_await(world, !world->systemd.lingers || end != STATE_HOST);
}

/* logind may have been asked in between. */
static bool was_asked(const struct ride_world *world, const char *first, const char *then) {
        const char *found = strstr(world->systemd.said, first);

        return found && strstr(found, then);
}

/* A new guard takes the loan over, and is ended. */
static void test_taken_over(struct ride_world *world) {
        lose_guard(world, PROGRESS_LENT);
        stop(world, STATE_HOST);
        CHECK_STR(world->route, "returning host");
        CHECK(was_asked(world, "StartUnit", "StopUnit"));
        CHECK_STR(world->systemd.active_state, "inactive");
}

/* What is half given back a new guard gives back, and ends with that. */
static void test_finished(struct ride_world *world) {
        lose_guard(world, PROGRESS_FAILED);
        world->systemd.result = "failed";
        stop(world, STATE_HOST);
        CHECK_STR(world->route, "returning host");
        CHECK(strstr(world->systemd.said, "StartUnit") && !strstr(world->systemd.said, "StopUnit"));
}

static void test_not_finished(struct ride_world *world) {
        lose_guard(world, PROGRESS_STUCK);
        world->systemd.result = "failed";
        world->systemd.reason = "it hangs still";
        world->systemd.left = PROGRESS_STUCK;
        stop(world, STATE_STRANDED);
        ride_world_check_reason(world, "the hardware was not given back: it hangs still; see 'journalctl");
        CHECK(!strstr(world->systemd.said, "StopUnit"));
        world->systemd.left = PROGRESS_HOST;
        world->systemd.deny = DENIAL;
        stop(world, STATE_STRANDED);
        ride_world_check_reason(world, "the hardware was not given back: only the group 'pillion'");
        world->systemd.deny = NULL;
        fake_systemd_tell(&world->systemd, PROGRESS_HOST, NULL);
        ride_world_until(world, STATE_HOST);
}

/* Somebody gives back by hand, or was killed at it: to start the unit now might lend anew. */
static void test_under_way(struct ride_world *world) {
        lose_guard(world, PROGRESS_RETURNING);
        stop(world, STATE_STRANDED);
        ride_world_check_reason(world, "'sudo pillion-switch return' gives it back");
        CHECK(!strstr(world->systemd.said, "Unit"));
        fake_systemd_tell(&world->systemd, PROGRESS_HOST, NULL);
        ride_world_until(world, STATE_HOST);
}

/* Why a start has failed is told on, and nothing of the hardware when that is back. */
static void test_failed_start(struct ride_world *world) {
        static const char why[] = "there is no domain 'win10'";
        char alone[600];

        world->systemd.hold = true;
        ride_world_order(world, EVENT_START, "win10");
        ride_world_until(world, STATE_LENDING);
        ride_world_await(world, world->systemd.job);
        ride_world_virsh(world, "undefine win10 >/dev/null");
        world->systemd.deny = DENIAL;
        fake_systemd_go_on(&world->systemd);
        ride_world_until(world, STATE_FAILED);
        CHECK_STR(world->route, "preflight lending starting returning failed");
        ride_world_check_reason(world, why);
        ride_world_check_reason(world, "; and the hardware was not given back: only the group 'pillion'");
        snprintf(alone, sizeof(alone), "%s", ride_world_reason(world));
        *strstr(alone, "; and ") = '\0';
        give_back(world);
        ride_world_await(world, !strstr(ride_world_reason(world), "; and "));
        ride_world_turn(world, 5);
        CHECK_STR(ride_world_reason(world), alone);
        CHECK_STR(world->route, "preflight lending starting returning failed");
        world->systemd.deny = NULL;
}

int main(void) {
        static struct ride_world world;

        ride_world_init(&world);
        ride_world_write_profile(&world, "games", "[guest]\ndomain = win10\n");
        ride_world_begin(&world, "domain = win10");
        test_denied(&world);
        test_fails_again(&world);
        test_starts_again(&world);
        test_taken_over(&world);
        test_finished(&world);
        test_not_finished(&world);
        test_under_way(&world);
        test_failed_start(&world);
        ride_world_done(&world);
        return 0;
}
