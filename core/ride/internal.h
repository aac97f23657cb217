/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/ride/internal: what ride.c, which acts, events.c, which listens to libvirt, loan.c, which
 * sees to the hardware, plugged.c and command.c share. Nobody else includes this.
 */
#include "core/ride/lender.h"
#include "core/ride/lingering.h"
#include "core/ride/ride.h"
#include "core/ride/wish.h"
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
        struct lender *lender;
        struct lingering *lingering;
        const char *wishes; /* borrowed */
        sd_event_source *deadline;
        char *configured; /* the domain of the configuration; NULL: any that names our devices */
        uint64_t shutdown_usec;
        bool keep; /* the hardware, when the guest ends by itself */

        enum supervisor_state state;
        char *guest;
        char *profile; /* of the hardware that is the guest's to lend; NULL: it needs none, or has none */
        bool spice;    /* it was started without, or is to be */
        bool again;    /* in preflight: if it runs after all, it is to be restarted */
        bool idle;     /* that what is lent is of no use to anybody has been said */
        struct domain_info *info; /* of the guest, as last heard */
        char reason[512];
        size_t first;    /* of the reason: so much of it is why a start failed, the rest what came after; 0 */
        uint64_t serial; /* of the last call */
        uint64_t create_serial; /* of the last call that starts a domain */
        bool created;           /* that call has ended; how the guest is has yet to be seen */
        char create_error[512]; /* "": with success */
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
/* PROBLEM has come on top of the reason, which stays the first thing that is told; "": it is over. */
void ride_and(struct ride *ride, const char *problem);
/* EVENT_CALL_FAILED, because of WHAT. */
void ride_fail(struct ride *ride, const char *what);
/* Asks libvirt how the guest is; the answer comes through ride_on_domain(). */
void ride_observe(struct ride *ride);
/* Asks for the guest's definition; before the first attempt to connect has ended, that is left to its end. */
void ride_describe(struct ride *ride);
void ride_check_preflight(struct ride *ride, bool last_chance);
int ride_set_guest(struct ride *ride, const char *name);

/* What the supervisor is told of the loan. */
struct supervisor_facts ride_facts(const struct ride *ride);
/* Preflight is over but for the hardware. */
void ride_depart(struct ride *ride);
void ride_lend(struct ride *ride);
/* A guest has turned up that runs: maybe hardware is lent to it. */
void ride_adopt_loan(struct ride *ride);
/* libvirt says that the guest does not run: whoever has been lent something for it should know. */
void ride_tell_idle_loan(struct ride *ride);
/* The user lingers while her guest's hardware is lent, and no longer. */
void ride_linger(const struct ride *ride);
extern const struct lender_handlers ride_lender_handlers;
void ride_changed(struct ride *ride);
/* Puts down what is wanted and not there yet in this state, or forgets it. */
void ride_keep_wish(const struct ride *ride);

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
