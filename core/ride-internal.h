/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/ride-internal: what ride.c, which acts, and ride-events.c, which listens to libvirt, share. Nobody
 * else includes this.
 */
#include "core/ride.h"
#include "switcher/hypervisor.h"

/* What is known of devices that are plugged into the guest. */
struct ride_plug {
        uint64_t serial; /* of the last try */
        bool busy;       /* it has not been answered */
        bool fresh;      /* it was answered well, and the definition has yet to be seen */
        unsigned tries;  /* since the guest runs */
};

struct ride {
        sd_event *loop;            /* borrowed */
        struct services *services; /* borrowed */
        struct hypervisor *hypervisor;
        sd_event_source *deadline;
        char *configured; /* the domain of the configuration; NULL: any that names our devices */
        uint64_t shutdown_usec;

        enum supervisor_state state;
        char *guest;
        struct domain_info *info; /* of the guest, as last heard */
        char reason[512];
        uint64_t serial;        /* of the last call */
        uint64_t create_serial; /* of the last call that starts a domain */
        bool created;           /* that call has succeeded; the guest has yet to be seen */
        bool doomed;            /* it was to be ended by force before it was there */
        bool observed;          /* in preflight: libvirt has said that the guest does not run yet */
        bool connected;
        bool tried;        /* to connect, with whatever end */
        char problem[512]; /* why not connected */
        struct ride_plug plug;

        ride_changed_fn on_change;
        void *userdata;
};

/* One event through the supervisor: next state, actions, deadline, and the news told. */
void ride_apply(struct ride *ride, enum supervisor_event event);
/* Why the next change comes about; "" clears it. */
__attribute__((format(printf, 2, 3))) void ride_because(struct ride *ride, const char *format, ...);
/* EVENT_CALL_FAILED, because of WHAT. */
void ride_fail(struct ride *ride, const char *what);
/* Asks libvirt how the guest is; the answer comes through ride_on_domain(). */
void ride_observe(struct ride *ride);
/* Asks for the guest's definition; before the first attempt to connect has ended, that is left to its end. */
void ride_describe(struct ride *ride);
void ride_check_preflight(struct ride *ride, bool last_chance);
int ride_set_guest(struct ride *ride, const char *name);
void ride_changed(struct ride *ride);

/* Plugs in what the guest lacks next, if it is time for that. */
void ride_plug(struct ride *ride);
/* Whether the answer SERIAL was for that. */
bool ride_on_plugged(struct ride *ride, uint64_t serial, const char *error);
/* ride->info is new. */
void ride_plug_seen(struct ride *ride);
/* Another guest, another connection: all may be tried again. */
void ride_plug_forget(struct ride *ride);

/* The callbacks for libvirt, as struct hypervisor_callbacks has them. */
void ride_on_connection(bool connected, const char *problem, void *userdata);
void ride_on_domain(const char *name, enum hypervisor_state state, const char *how, struct domain_info *info,
                    void *userdata);
void ride_on_result(uint64_t serial, const char *error, struct domain_info *info, void *userdata);
