/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole ride: commands go in, and out come states, words for the user, and what libvirt, systemd and
 * logind are asked. libvirt is real, though its guests are not; systemd is a fake.
 */
#include <string.h>

#include "tests/ride-world.h"
#include "tests/test.h"

static void test_without_hardware(struct ride_world *world) {
        ride_world_order(world, EVENT_START, "plain");
        ride_world_until(world, STATE_GUEST);
        CHECK_STR(world->route, "preflight starting guest");
        ride_world_refused(world, EVENT_START, "win10",
                           "'plain' is already running; end it with 'pillion stop'");
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "stopping host");
        ride_world_check_asked(world, "");
}

static void test_no_profile(struct ride_world *world) {
        ride_world_order(world, EVENT_START, "win10");
        ride_world_until(world, STATE_FAILED);
        CHECK_STR(world->route, "preflight failed");
        CHECK_STR(ride_world_reason(world),
                  "no profile says that hardware may be lent to 'win10'; as root, 'pillion init win10 "
                  "--write' writes one, and without --write shows it");
        ride_world_check_asked(world, "");
        ride_world_write_profile(world, "games", "[guest]\ndomain = win10\n");
}

/* libvirt itself would take it, from whoever uses it. */
static void test_taker(struct ride_world *world) {
        ride_world_write_profile(world, "taker", "");
        ride_world_order(world, EVENT_START, "taker");
        ride_world_until(world, STATE_FAILED);
        CHECK(strstr(ride_world_reason(world), "'pillion domain prepare taker --write'"));
        ride_world_check_asked(world, "");
}

static void test_whole(struct ride_world *world) {
        struct ride_status status;

        ride_world_order(world, EVENT_START, "win10");
        ride_world_until(world, STATE_GUEST);
        CHECK_STR(world->route, "preflight lending starting guest");
        ride_world_await(world, world->systemd.lingers);
        ride_status(world->ride, &status);
        CHECK_STR(status.loan.profile, "games");
        CHECK_STR(status.loan.phase, "lent");
        *world->systemd.said = *world->route = '\0';
        ride_world_virsh(world, "shutdown win10");
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "returning host");
        /* Or it is libvirt's answer to the question how the start went that comes so late. */
        CHECK(strcmp(ride_world_reason(world), "shut down") == 0 ||
              strcmp(ride_world_reason(world), "not running") == 0);
        ride_world_await(world, !world->systemd.lingers);
        ride_world_check_asked(world, "StopUnit linger-no-more");
}

/* Who lingers anyway is left alone. */
static void test_lingers_anyway(struct ride_world *world) {
        world->systemd.lingers = true;
        ride_world_order(world, EVENT_START, "win10");
        ride_world_until(world, STATE_GUEST);
        ride_world_order(world, EVENT_STOP_FORCE, NULL);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "stopping returning host");
        ride_world_turn(world, 5);
        ride_world_check_asked(world, "StopUnit");
        CHECK(world->systemd.lingers);
        world->systemd.lingers = false;
}

static void test_restart(struct ride_world *world) {
        ride_world_refused(world, EVENT_RESTART, NULL, "is not running; start it with 'pillion start'");
        ride_world_order(world, EVENT_START, "win10");
        ride_world_until(world, STATE_GUEST);
        ride_world_order(world, EVENT_RESTART, NULL);
        ride_world_await(world, strstr(world->route, "starting guest"));
        CHECK_STR(world->route, "restarting preflight starting guest");
        ride_world_await(world, strstr(world->systemd.said, "ReloadUnit"));
        CHECK(!strstr(world->systemd.said, "StopUnit"));
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_HOST);
}

static void fails(struct ride_world *world, const char *words) {
        ride_world_order(world, EVENT_START, "win10");
        ride_world_until(world, STATE_FAILED);
        CHECK_STR(world->route, "preflight lending failed");
        ride_world_check_reason(world, words);
        ride_world_await(world, !world->systemd.lingers);
}

static void test_lending_fails(struct ride_world *world) {
        world->systemd.deny = SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED;
        fails(world, "only the group 'pillion' may have hardware lent");
        ride_world_check_reason(world, "sudo usermod -aG pillion");
        world->systemd.deny = "org.freedesktop.systemd1.NoSuchUnit";
        fails(world, "systemd does not know pillion-guest@.service");
        world->systemd.deny = NULL;
        world->systemd.result = "failed";
        world->systemd.reason = "something holds 0000:01:00.0";
        fails(world, "the hardware was not lent: something holds 0000:01:00.0; see 'journalctl -u "
                     "pillion-guest@games'");
        world->systemd.result = "failed";
        world->systemd.exit_status = 3;
        fails(world, "it was refused, and 'pillion plan guest games' says what is in the way");
        world->systemd.result = "timeout";
        world->systemd.exit_status = 1;
        fails(world, "pillion-switch has failed (timeout, exit status 1)");
}

/* What was lent for a guest that cannot be started goes back. */
static void test_start_fails(struct ride_world *world) {
        world->systemd.hold = true;
        ride_world_order(world, EVENT_START, "win10");
        ride_world_until(world, STATE_LENDING);
        ride_world_await(world, world->systemd.job);
        ride_world_virsh(world, "undefine win10 >/dev/null");
        fake_systemd_go_on(&world->systemd);
        ride_world_until(world, STATE_FAILED);
        CHECK_STR(world->route, "preflight lending starting returning failed");
        ride_world_check_reason(world, "there is no domain 'win10'");
        CHECK_STR(world->systemd.active_state, "inactive");
        ride_world_end_libvirtd(world);
        ride_world_start_libvirtd(world);
}

static void test_called_off(struct ride_world *world) {
        struct ride_status status;

        world->systemd.hold = true;
        ride_world_order(world, EVENT_START, "win10");
        ride_world_until(world, STATE_LENDING);
        ride_world_await(world, world->systemd.job);
        ride_world_await(world, (ride_status(world->ride, &status), *status.loan.step));
        CHECK_STR(status.loan.phase, "lending");
        CHECK_STR(status.loan.step, "unbind 0000:01:00.0");
        ride_world_refused(world, EVENT_START, "win10", "is already being started");
        world->systemd.hold = false;
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "returning host");
        CHECK_STR(ride_world_reason(world), "called off");
}

static void test_return_fails(struct ride_world *world) {
        ride_world_order(world, EVENT_START, "win10");
        ride_world_until(world, STATE_GUEST);
        world->systemd.reason = "0000:01:00.0 hangs";
        world->systemd.left = PROGRESS_STUCK;
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_STRANDED);
        CHECK_STR(world->route, "stopping returning failed");
        ride_world_check_reason(world, "not all of the hardware is back: 0000:01:00.0 hangs");
        world->systemd.result = "failed";
        world->systemd.exit_status = 3;
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_STRANDED);
        ride_world_check_reason(world, "'sudo pillion-switch return games' says what is in the way");
        world->systemd.left = PROGRESS_HOST;
        fake_systemd_tell(&world->systemd, PROGRESS_HOST, NULL);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "returning failed host");
        CHECK_STR(ride_world_reason(world), "");
}

static void test_others_loan(struct ride_world *world) {
        fake_systemd_start(&world->systemd, "other");
        ride_world_order(world, EVENT_START, "win10");
        ride_world_until(world, STATE_FAILED);
        ride_world_check_reason(world, "the hardware is with another guest, by the profile 'other'");
        /* A guest that needs none is no business of the loan's. */
        ride_world_order(world, EVENT_START, "plain");
        ride_world_until(world, STATE_GUEST);
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "stopping host");
        ride_world_check_asked(world, "");
        CHECK_STR(world->systemd.active_state, "active");
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->systemd.active_state, "inactive");
}

/* virsh, virt-manager, a hook: it is served, and what it was lent goes back. */
static void test_by_others(struct ride_world *world) {
        fake_systemd_start(&world->systemd, "games");
        *world->route = '\0';
        ride_world_virsh(world, "start win10");
        ride_world_until(world, STATE_GUEST);
        ride_world_virsh(world, "destroy win10");
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "guest returning host");
        CHECK_STR(world->systemd.active_state, "inactive");
}

static const char has_screen[] = "dumpxml win10 | grep -q \"<graphics type='spice'\"";
static const char has_hardware[] = "dumpxml win10 | grep -q '<hostdev'";

/* Nothing is lent, nor when it is restarted, by the next of us. Started otherwise it has its hardware, and
 * keeps it. */
static void test_spice(struct ride_world *world) {
        ride_world_start_spice(world, "win10");
        ride_world_until(world, STATE_GUEST);
        CHECK_STR(world->route, "preflight starting guest");
        ride_world_virsh(world, has_screen);
        ride_world_kill(world);
        ride_world_begin(world, "domain = win10");
        ride_world_until(world, STATE_GUEST);
        ride_world_order(world, EVENT_RESTART, NULL);
        ride_world_await(world, strstr(world->route, "starting guest"));
        ride_world_virsh(world, has_screen);
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "stopping host");
        ride_world_check_asked(world, "");
        fake_systemd_start(&world->systemd, "games");
        ride_world_virsh(world, "start win10");
        ride_world_until(world, STATE_GUEST);
        ride_world_order(world, EVENT_RESTART, NULL);
        ride_world_await(world, strstr(world->route, "starting guest"));
        ride_world_virsh(world, has_hardware);
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_HOST);
}

static void test_kept(struct ride_world *world) {
        struct ride_status status;

        ride_world_kill(world);
        ride_world_begin(world, "domain = win10\nkeep-hardware = yes");
        ride_world_order(world, EVENT_START, NULL);
        ride_world_until(world, STATE_GUEST);
        *world->route = '\0';
        ride_world_virsh(world, "destroy win10");
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "host");
        ride_status(world->ride, &status);
        CHECK_STR(status.loan.phase, "lent");
        ride_world_order(world, EVENT_START, NULL);
        ride_world_until(world, STATE_GUEST);
        CHECK_STR(world->route, "preflight starting guest");
        ride_world_virsh(world, "destroy win10");
        ride_world_until(world, STATE_HOST);
        ride_world_order(world, EVENT_STOP, NULL);
        ride_world_until(world, STATE_HOST);
        CHECK_STR(world->route, "returning host");
        CHECK_STR(world->systemd.active_state, "inactive");
}

static void test_no_bus(struct ride_world *world) {
        char *address = strdup(getenv("DBUS_SYSTEM_BUS_ADDRESS"));

        CHECK(address);
        ride_world_kill(world);
        setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", 1);
        ride_world_begin(world, "domain = win10");
        ride_world_order(world, EVENT_START, NULL);
        ride_world_until(world, STATE_FAILED);
        ride_world_check_reason(world, "hardware is lent by systemd, and there is no system bus");
        setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
        free(address);
}

int main(void) {
        static struct ride_world world;

        ride_world_init(&world);
        ride_world_begin(&world, "domain = win10");
        test_without_hardware(&world);
        test_no_profile(&world);
        test_taker(&world);
        test_whole(&world);
        test_lingers_anyway(&world);
        test_restart(&world);
        test_lending_fails(&world);
        test_start_fails(&world);
        test_called_off(&world);
        test_return_fails(&world);
        test_others_loan(&world);
        test_by_others(&world);
        test_spice(&world);
        test_kept(&world);
        test_no_bus(&world);
        ride_world_done(&world);
        return 0;
}
