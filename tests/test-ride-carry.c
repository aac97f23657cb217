/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pilliond is killed in the middle of things, and libvirtd is: the next one carries on from what it finds,
 * and nothing that was lent stays with a guest that is gone.
 */
#include <string.h>

#include "core/ride/wish.h"
#include "tests/ride-world.h"
#include "tests/test.h"

#define CONFIGURED "domain = win10"

static void kill_and_begin(struct ride_world *world) {
        ride_world_kill(world);
        ride_world_begin(world, CONFIGURED);
}

static void test_wish(struct ride_world *world) {
        const struct wish wanted = { .guest = "Windows 10 = %s", .again = true, .spice = true };
        struct wish wish = { 0 };

        CHECK(!wish_read(world->wishes, &wish));
        wish_keep(world->wishes, &wanted);
        CHECK(wish_read(world->wishes, &wish));
        CHECK_STR(wish.guest, "Windows 10 = %s");
        CHECK(wish.again && wish.spice);
        wish_drop(world->wishes);
        wish_drop(world->wishes);
        CHECK(!wish_read(world->wishes, &wish));
}

static void test_lending(struct ride_world *world) {
        world->systemd.hold = true;
        ride_world_order(world, EVENT_START, NULL);
        ride_world_until(world, STATE_LENDING);
        ride_world_await(world, world->systemd.job);
        kill_and_begin(world);
        ride_world_until(world, STATE_LENDING);
        CHECK_STR(world->route, "preflight lending");
        ride_world_turn(world, 5);
        fake_systemd_go_on(&world->systemd);
        ride_world_until(world, STATE_GUEST);
        CHECK_STR(world->route, "preflight lending starting guest");
        CHECK_EQ(world->systemd.jobs, 1);
}

static void test_guest(struct ride_world *world) {
        kill_and_begin(world);
        ride_world_until(world, STATE_GUEST);
        CHECK_STR(world->route, "guest");
        ride_world_await(world, world->systemd.lingers);
        ride_world_virsh(world, "shutdown win10");
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "guest returning host");
        ride_world_await(world, !world->systemd.lingers);
}

/* What the last of us has begun is over, unseen: by a reboot, or because the guard's time was. */
static void test_lingers_still(struct ride_world *world) {
        ride_world_order(world, EVENT_START, NULL);
        ride_world_until(world, STATE_GUEST);
        ride_world_await(world, world->systemd.lingers);
        ride_world_kill(world);
        ride_world_virsh(world, "destroy win10");
        fake_systemd_stop(&world->systemd);
        fake_systemd_tell(&world->systemd, PROGRESS_HOST, NULL);
        fake_systemd_become(&world->systemd, "inactive");
        CHECK(world->systemd.lingers);
        ride_world_begin(world, CONFIGURED);
        ride_world_await(world, !world->systemd.lingers);
}

/* As between the two halves of a start, and between two of a restart. */
static void test_lent_and_wanted(struct ride_world *world) {
        ride_world_kill(world);
        fake_systemd_start(&world->systemd, "games");
        wish_keep(world->wishes, &(const struct wish){ .guest = "win10" });
        ride_world_begin(world, CONFIGURED);
        ride_world_until(world, STATE_GUEST);
        ride_world_kill(world);
        wish_keep(world->wishes, &(const struct wish){ .guest = "win10", .again = true });
        ride_world_begin(world, CONFIGURED);
        ride_world_await(world, strstr(world->route, "starting guest"));
        /* Asked before systemd has told that all is lent, it is asked once more, and has nothing to do. */
        if (strcmp(world->route, "preflight guest restarting preflight lending starting guest") != 0)
                CHECK_STR(world->route, "preflight guest restarting preflight starting guest");
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_HOST);
}

/* A guest that ended unseen: nothing is decided behind the user's back, but she is told. */
static void test_lent_for_nothing(struct ride_world *world) {
        struct ride_status status;

        ride_world_kill(world);
        fake_systemd_start(&world->systemd, "games");
        ride_world_begin(world, CONFIGURED);
        ride_world_await(world, *ride_world_reason(world));
        ride_world_check_reason(world, "'pillion stop' gives the hardware back");
        ride_status(world->ride, &status);
        CHECK_EQ(status.state, STATE_HOST);
        CHECK_STR(status.guest, "win10");
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "returning host");
        CHECK_STR(world->systemd.active_state, "inactive");
}

static void test_returning(struct ride_world *world) {
        ride_world_order(world, EVENT_START, NULL);
        ride_world_until(world, STATE_GUEST);
        world->systemd.hold = true;
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_RETURNING);
        ride_world_await(world, world->systemd.job);
        kill_and_begin(world);
        ride_world_until(world, STATE_RETURNING);
        ride_world_refused(world, EVENT_START, NULL, "its hardware is on its way back to the host");
        fake_systemd_go_on(&world->systemd);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "returning host");
}

/* The guard's time was over, or root has stopped it. */
static void test_returned_by_others(struct ride_world *world) {
        ride_world_kill(world);
        fake_systemd_start(&world->systemd, "games");
        ride_world_begin(world, CONFIGURED);
        ride_world_await(world, *ride_world_reason(world));
        fake_systemd_stop(&world->systemd);
        ride_world_until(world, STATE_RETURNING);
        fake_systemd_tell(&world->systemd, PROGRESS_HOST, NULL);
        fake_systemd_become(&world->systemd, "inactive");
        ride_world_until(world, STATE_HOST);
}

/* What libvirt does not say is not taken for an end; the test hypervisor forgets its guests, which is one. */
static void test_libvirtd_is_killed(struct ride_world *world) {
        struct ride_status status;

        ride_world_order(world, EVENT_START, NULL);
        ride_world_until(world, STATE_GUEST);
        ride_world_end_libvirtd(world);
        ride_world_turn(world, 50);
        ride_status(world->ride, &status);
        CHECK_EQ(status.state, STATE_GUEST);
        CHECK(strstr(status.problem, "systemctl status libvirtd"));
        CHECK_STR(status.loan.phase, "lent");
        ride_world_start_libvirtd(world);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->systemd.active_state, "inactive");
}

int main(void) {
        static struct ride_world world;

        ride_world_init(&world);
        ride_world_write_profile(&world, "games", "[guest]\ndomain = win10\n");
        test_wish(&world);
        ride_world_begin(&world, CONFIGURED);
        test_lending(&world);
        test_guest(&world);
        test_lingers_still(&world);
        test_lent_and_wanted(&world);
        test_lent_for_nothing(&world);
        test_returning(&world);
        test_returned_by_others(&world);
        test_libvirtd_is_killed(&world);
        ride_world_done(&world);
        return 0;
}
