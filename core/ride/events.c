/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What libvirt says, turned into events of the supervisor: which domain is ours, what an answer belongs to,
 * and what a silence hides. An answer to a call that nobody waits for any more is dropped by its serial
 * number.
 */
#include "core/ride/internal.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"

/* Whether a domain that turns up running is ours to serve. */
static bool adopts(const struct ride *ride, const char *name, const struct domain_info *info) {
        char keyboard[200];

        if (supervisor_has_guest(ride->state))
                return false; /* one at a time, and this one has its own events */
        if (ride->configured)
                return strcmp(name, ride->configured) == 0;
        snprintf(keyboard, sizeof(keyboard), "/dev/input/by-id/pillion-%s-kbd", name);
        return info && (info->spice || domain_names_evdev(info, keyboard) || domain_passes(info, keyboard));
}

void ride_on_connection(bool connected, const char *problem, void *userdata) {
        struct ride *ride = userdata;
        bool told = !connected && strcmp(ride->problem, problem ? problem : "") == 0;

        ride->connected = connected;
        ride->tried = true;
        snprintf(ride->problem, sizeof(ride->problem), "%s", problem ? problem : "");
        ride_plug_forget(ride);
        if (connected)
                log_event(LOG_INFO, (.message = MESSAGE_LIBVIRT_BACK), "Connected to libvirt");
        else if (!told)
                log_event(LOG_WARNING, (.message = MESSAGE_LIBVIRT_LOST), "libvirt: %s", ride->problem);
        /* What happened while we were away is not told again: ask. Active domains are told anyway. */
        if (connected && ride->guest && ride->state != STATE_PREFLIGHT)
                ride_observe(ride);
        if (ride->state == STATE_PREFLIGHT && !ride->info)
                ride_describe(ride);
        if (!told)
                ride_changed(ride);
}

static const char ended_at_once[] = "it ended as soon as it had started; see /var/log/libvirt/qemu";

static void on_gone(struct ride *ride, const char *how) {
        switch (ride->state) {
        case STATE_HOST:
                ride_tell_idle_loan(ride);
                break;
        case STATE_LENDING:
        case STATE_RETURNING:
        case STATE_UNDOING:
        case STATE_STRANDED:
        case STATE_FAILED:
                break;
        case STATE_PREFLIGHT:
                ride->observed = true;
                ride_check_preflight(ride, false);
                return;
        case STATE_STARTING:
                /* Before the call has ended this is what was before it. */
                if (!ride->created)
                        return;
                if (!ride->doomed) {
                        ride_fail(ride, *ride->create_error ? ride->create_error : ended_at_once);
                        return;
                }
                ride_because(ride, "ended by force while it was started");
                break;
        case STATE_GUEST:
        case STATE_PAUSED:
        case STATE_PAUSING:
        case STATE_RESUMING:
        case STATE_STOPPING:
        case STATE_RESTARTING:
                ride_because(ride, "%s", how ? how : "");
                break;
        case N_STATES:
                return;
        }
        ride_apply(ride, EVENT_STOPPED);
}

static bool is_shutting_down(enum supervisor_state state) {
        return state == STATE_STOPPING || state == STATE_RESTARTING;
}

/* It had been asked to shut down before we were killed, and is asked once more. */
static void restart(struct ride *ride) {
        ride->again = false;
        ride_apply(ride, EVENT_RESTART);
}

void ride_on_domain(const char *name, enum hypervisor_state state, const char *how, struct domain_info *info,
                    void *userdata) {
        _cleanup_(domain_freep) struct domain_info *owned = info;
        struct ride *ride = userdata;
        bool ours = ride->guest && strcmp(name, ride->guest) == 0;

        if (!ours && (state == DOMAIN_GONE || !supervisor_settled(ride->state) || !adopts(ride, name, info)))
                return;
        if (!ours && ride_set_guest(ride, name) < 0)
                return;
        if (state == DOMAIN_GONE) {
                on_gone(ride, how);
                return;
        }
        ride->info = domain_free(ride->info);
        ride->info = steal_ptr(owned);
        if (ride->info)
                ride->spice = ride->info->spice; /* whoever has started it: a restart leaves it as it is */
        if (!supervisor_has_guest(ride->state) && !is_shutting_down(ride->state))
                ride_because(ride, "%s", "");
        ride_adopt_loan(ride);
        ride_apply(ride, state == DOMAIN_RUNNING ? EVENT_RUNNING : EVENT_PAUSED);
        ride_plug_seen(ride);
        if (ride->again && ride->state == STATE_GUEST)
                restart(ride);
        if (ride->doomed && supervisor_has_guest(ride->state)) {
                ride->doomed = false;
                ride_apply(ride, EVENT_STOP_FORCE);
        }
}

static void on_created(struct ride *ride, const char *error) {
        if (ride->state != STATE_STARTING)
                return;
        /*
         * The event that says so may have been missed, or the guest may be gone again already. And what has
         * failed is the call: the guest may have been started by another, or by the last of us.
         */
        snprintf(ride->create_error, sizeof(ride->create_error), "%s", error ? error : "");
        ride->created = true;
        if (error && !ride->connected && !ride_facts(ride).lent)
                ride_fail(ride, error);
        else
                ride_observe(ride);
}

static void on_failed_call(struct ride *ride, const char *error) {
        enum supervisor_state before = ride->state;

        if (before == STATE_STARTING)
                return; /* ending it came too early: how the start ends decides */
        ride_fail(ride, error);
        if (is_shutting_down(before) || before == STATE_PAUSING || before == STATE_RESUMING)
                ride_observe(ride); /* it may be paused, or gone */
}

void ride_on_result(uint64_t serial, const char *error, struct domain_info *info, void *userdata) {
        _cleanup_(domain_freep) struct domain_info *owned = info;
        struct ride *ride = userdata;

        if (ride_on_plugged(ride, serial, error))
                return;
        if (serial == ride->create_serial) {
                on_created(ride, error);
                return;
        }
        if (serial != ride->serial)
                return;
        if (error) {
                on_failed_call(ride, error);
                return;
        }
        if (ride->state != STATE_PREFLIGHT || !info)
                return;
        ride->info = steal_ptr(owned);
        ride_observe(ride);
}
