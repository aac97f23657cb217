/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keyboard and mouse are plugged into a guest that runs one after the other. Whether a device is there is
 * read from the definition as it is then, so after a restart of ours nothing is plugged twice; and a device
 * that does not show there although libvirt has plugged it is not tried for ever.
 */
#include <string.h>

#include "core/log.h"
#include "core/ride-internal.h"

#define TRIES_MAX 4

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
