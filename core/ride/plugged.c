/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keyboard and mouse are plugged into a guest that runs one after the other. Whether a device is there is
 * read from the definition as it is then, so after a restart of ours nothing is plugged twice; and a device
 * that does not show there although libvirt has plugged it is not tried for ever.
 */
#include <string.h>
#include <time.h>

#include "core/log.h"
#include "core/ride/internal.h"

#define TRIES_MAX 4

#define UNPLUG_MSEC 5000
#define LOOK_MSEC   50

/* Serial numbers of their own: a call of the supervisor's may be under way at the same time. */
#define SERIALS (1ULL << 63)

void ride_plug(struct ride *ride) {
        char xml[300];
        int r;

        if (ride->state != STATE_GUEST || !ride->info || !ride->connected || ride->plug.busy ||
            ride->plug.tries >= TRIES_MAX ||
            !services_plug_next(ride->services, ride->info, xml, sizeof(xml)))
                return;
        ride->plug.tries++;
        r = hypervisor_request_device(ride->hypervisor, HYPERVISOR_ATTACH, ride->guest, xml,
                                      SERIALS | ++ride->plug.serial);
        if (r < 0)
                services_plug_failed(ride->services, ride->info, strerror(-r));
        else
                ride->plug.busy = true;
}

bool ride_on_plugged(struct ride *ride, uint64_t serial, const char *error) {
        if (!(serial & SERIALS))
                return false;
        if (serial != (SERIALS | ride->plug.serial) || !ride->plug.busy)
                return true; /* of a guest that is gone */
        ride->plug.busy = false;
        if (!error) {
                ride->plug.fresh = true;
                ride_observe(ride);
        } else if (ride->info) {
                ride->plug.tries = TRIES_MAX;
                services_plug_failed(ride->services, ride->info, error);
        }
        return true;
}

void ride_plug_seen(struct ride *ride) {
        if (ride->plug.fresh && ride->state == STATE_GUEST)
                services_serve(ride->services, ride->info);
        ride->plug.fresh = false;
        ride_plug(ride);
}

void ride_plug_forget(struct ride *ride) {
        ride->plug = (struct ride_plug){ .serial = ride->plug.serial };
}

/* Nothing tells when QEMU closes a device, so it is looked at. */
static bool wait_until_free(const struct ride *ride) {
        const struct timespec pause = { .tv_nsec = LOOK_MSEC * 1000000 };

        for (int left = UNPLUG_MSEC / LOOK_MSEC; left > 0; left--) {
                if (services_input_is_free(ride->services))
                        return true;
                nanosleep(&pause, NULL);
        }
        return false;
}

void ride_unplug(struct ride *ride) {
        struct services_status status;
        const char *nodes[] = { status.input.sink_keyboard, status.input.sink_mouse };
        bool asked = false;

        if (!ride->info || !ride->connected)
                return;
        services_status(ride->services, &status);
        for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
                const char *alias = domain_alias(ride->info, nodes[i]);

                if (alias && hypervisor_request_device(ride->hypervisor, HYPERVISOR_DETACH, ride->guest,
                                                       alias, SERIALS) == 0)
                        asked = true;
        }
        if (!asked)
                return;
        log_info("Waiting until guest '%s' lets go of keyboard and mouse", ride->guest);
        if (!wait_until_free(ride))
                log_event(LOG_WARNING, (.domain = ride->guest),
                          "Guest '%s' has not let go of keyboard and mouse, and will lose them: its QEMU may "
                          "take a whole core from now on, until it is ended",
                          ride->guest);
}
