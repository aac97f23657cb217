/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/ride/ride: the life of one guest beside us: the supervisor's hands. Feeds it commands, libvirt's
 * events and its deadlines, and carries out what it decides. Threads: the loop's.
 */
#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "core/config.h"
#include "core/ride/lender.h"
#include "core/ride/supervisor.h"
#include "core/services.h"

struct ride;

/* The hardware that is away from the host, whoever has lent it. Strings are borrowed, never NULL. */
struct ride_loan {
        const char *profile; /* "": none */
        const char *phase;   /* "host", "lending", "lent", "returning", "stuck", "failed" */
        const char *step;    /* what is being done, in words; "": nothing */
        unsigned number, of; /* which step that is */
        uint64_t since;      /* when it began: microseconds since 1970; 0: not known */
        const char *reason;  /* what went wrong; "": nothing */
        const char *warning; /* what could not be done and did not have to be; "": nothing */
        const char *ended;   /* the steps of this switch that have ended, each with a newline after it */
};

struct ride_status {
        enum supervisor_state state;
        struct ride_loan loan;
        const char *guest;   /* borrowed; NULL: none */
        const char *reason;  /* why the last command failed or the last guest went; "" when there is none */
        bool connected;      /* to libvirt */
        const char *problem; /* why not; "" when connected */
};

/* Called on every change of ride_status(), never before ride_new() has returned. */
typedef void (*ride_changed_fn)(void *userdata);

struct ride_options {
        const struct config *config; /* borrowed for the call */
        struct services *services;   /* borrowed, must outlive the ride */
        struct lender_places places; /* of the hardware's lender */
        const char *wishes;          /* borrowed, as core/ride/wish.h has it */
        const char *lingering;       /* as core/ride/lingering.h has it */
};

int ride_new(struct ride **ret, sd_event *loop, const struct ride_options *options, ride_changed_fn on_change,
             void *userdata);
struct ride *ride_free(struct ride *ride);
DEFINE_CLEANUP(struct ride, ride_free);

/* A changed [guest] uri needs a restart; the rest is taken at once. */
int ride_configure(struct ride *ride, const struct config *config);

struct ride_order {
        enum supervisor_event command; /* EVENT_START up to EVENT_RESUME */
        const char *guest;             /* to start; NULL: the configured one. Copied */
        bool spice; /* start it with a screen of its own, and without the host's hardware */
};

/*
 * 0: under way; it has ended when the state is settled, and supervisor_achieved() says how. -EBUSY, -EINVAL,
 * -ENOMEM: refused, REASON says why in one line.
 */
int ride_command(struct ride *ride, const struct ride_order *order, char *reason, size_t size);

/* Goes on with the start that the last pilliond was killed in, or ends the lingering that it was. Once, when
 * all else is there. */
void ride_carry_on(struct ride *ride);

/* What the services report has changed; the ride may have been waiting for it. */
void ride_services_changed(struct ride *ride);

/* Has the guest let go of what was plugged into it, and waits for that, some seconds at the most: before the
 * end for good, with the input at the host. */
void ride_unplug(struct ride *ride);

void ride_status(const struct ride *ride, struct ride_status *ret);
