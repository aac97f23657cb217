/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every event goes through ride_apply(): the pure supervisor says what is next, its actions are carried out,
 * the change is told. Actions that answer later (a call to libvirt) carry a serial number, so that the answer
 * to a call that nobody waits for any more is not taken for another's.
 */
#include "core/ride/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/loop.h"
#include "core/ride/message.h"

#define ANSWER_USEC (15 * 1000000ULL)
#define NO_ANSWER   "libvirt did not answer; see 'systemctl status libvirtd'"

void ride_because(struct ride *ride, const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        vsnprintf(ride->reason, sizeof(ride->reason), format, ap);
        va_end(ap);
        ride->first = 0;
}

void ride_and(struct ride *ride, const char *problem) {
        if (ride->first == 0)
                ride->first = strlen(ride->reason);
        snprintf(ride->reason + ride->first, sizeof(ride->reason) - ride->first, "%s%s",
                 *problem && ride->first > 0 ? "; and " : "", problem);
}

void ride_fail(struct ride *ride, const char *what) {
        ride_because(ride, "%s", what);
        ride_apply(ride, EVENT_CALL_FAILED);
}

static void call(struct ride *ride, enum hypervisor_operation operation) {
        int r;

        r = hypervisor_request(ride->hypervisor, operation, ride->guest, ++ride->serial);
        if (r < 0)
                ride_fail(ride, strerror(-r));
}

void ride_changed(struct ride *ride) {
        loop_notify_status("%s%s%s", supervisor_state_name(ride->state), ride->guest ? " " : "",
                           ride->guest ? ride->guest : "");
        if (ride->on_change)
                ride->on_change(ride->userdata);
}

/*
 * Preflight is over when the definition is known, the guest is known not to run, and its devices are there.
 */
void ride_check_preflight(struct ride *ride, bool last_chance) {
        char why[700];

        if (ride->state != STATE_PREFLIGHT)
                return;
        if (!ride->info || !ride->observed) {
                if (last_chance)
                        ride_because(ride, NO_ANSWER);
                return;
        }
        if (ride->spice) {
                ride_depart(ride); /* it is started without them */
                return;
        }
        switch (services_sinks(ride->services, ride->info, why, sizeof(why))) {
        case SINKS_THERE:
                ride_depart(ride);
                break;
        case SINKS_AWAITED:
                if (last_chance)
                        ride_because(ride, "%s", why);
                break;
        case SINKS_FAILED:
                ride_fail(ride, why);
                break;
        }
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata) {
        struct ride *ride = userdata;

        if (ride->state == STATE_STOPPING || ride->state == STATE_RESTARTING)
                ride_because(
                        ride,
                        "'%s' has not shut down in time; look at its screen, or use 'pillion stop --force'",
                        ride->guest);
        if (ride->state == STATE_PAUSING || ride->state == STATE_RESUMING)
                ride_because(ride, NO_ANSWER);
        ride_check_preflight(ride, true);
        ride_apply(ride, EVENT_DEADLINE);
        if (supervisor_has_guest(ride->state))
                ride_observe(ride); /* it may be paused */
        return 0;
}

static void set_deadline(struct ride *ride, enum supervisor_deadline deadline) {
        uint64_t usec = deadline == DEADLINE_SHUTDOWN ? ride->shutdown_usec : ANSWER_USEC;
        int r;

        if (deadline == DEADLINE_KEEP)
                return;
        timer_disarm(ride->deadline);
        if (deadline == DEADLINE_NONE)
                return;
        r = timer_arm(ride->loop, &ride->deadline, "ride-deadline", usec, on_deadline, ride);
        if (r < 0)
                log_errno(r, "Cannot set a deadline: %m, continuing without one");
}

void ride_describe(struct ride *ride) {
        if (ride->connected)
                call(ride, HYPERVISOR_DESCRIBE);
        else if (ride->tried)
                ride_fail(ride, ride->problem);
}

static void prepare(struct ride *ride) {
        int r;

        ride->info = domain_free(ride->info);
        ride->observed = ride->created = ride->doomed = false;
        r = services_prepare(ride->services, ride->guest);
        if (r < 0)
                log_errno(r, "Cannot make the input devices of '%s': %m", ride->guest);
        ride_describe(ride);
}

static void create(struct ride *ride) {
        *ride->create_error = '\0';
        ride->created = false;
        call(ride, ride->spice ? HYPERVISOR_CREATE_SPICE : HYPERVISOR_CREATE);
        ride->create_serial = ride->serial;
}

/* A guest that is still being started may be too early to end; then it is ended when it is there. */
static void destroy(struct ride *ride) {
        ride->doomed = ride->state == STATE_STARTING;
        call(ride, HYPERVISOR_DESTROY);
}

/* Why the input is at the host in this state. */
static void explain_home(const struct ride *ride, char *why, size_t size) {
        switch (ride->state) {
        case STATE_PAUSED:
        case STATE_RESUMING:
                snprintf(why, size, "the guest is paused");
                break;
        case STATE_PAUSING:
                snprintf(why, size, "the guest is being paused");
                break;
        case STATE_STOPPING:
                snprintf(why, size, "the guest is being ended");
                break;
        case STATE_RESTARTING:
                snprintf(why, size, "the guest is being restarted");
                break;
        case STATE_HOST:
        case STATE_PREFLIGHT:
        case STATE_LENDING:
        case STATE_STARTING:
        case STATE_GUEST:
        case STATE_RETURNING:
        case STATE_UNDOING:
        case STATE_STRANDED:
        case STATE_FAILED:
        case N_STATES:
                snprintf(why, size, "the guest is gone%s%s", *ride->reason ? ": " : "", ride->reason);
                break;
        }
}

static void carry_out(struct ride *ride, unsigned actions) {
        char why[600];

        explain_home(ride, why, sizeof(why));
        if (actions & ACTION_INPUT_HOST)
                services_pause(ride->services, why);
        if (actions & ACTION_UNSERVE) {
                services_unserve(ride->services, why);
                ride_plug_forget(ride);
        }
        if (actions & ACTION_PREPARE)
                prepare(ride);
        if (actions & ACTION_LEND)
                ride_lend(ride);
        if (actions & ACTION_CREATE)
                create(ride);
        if (actions & ACTION_SHUTDOWN)
                call(ride, HYPERVISOR_SHUTDOWN);
        if (actions & ACTION_DESTROY)
                destroy(ride);
        if (actions & ACTION_PAUSE)
                call(ride, HYPERVISOR_SUSPEND);
        if (actions & ACTION_RESUME)
                call(ride, HYPERVISOR_RESUME);
        if (actions & ACTION_RETURN)
                lender_return(ride->lender);
        if ((actions & ACTION_SERVE) && ride->info)
                services_serve(ride->services, ride->info);
        if (ride->state == STATE_PAUSED)
                services_pause(ride->services, why);
}

/* Asks libvirt how the guest is; the answer comes as an event of it. */
void ride_observe(struct ride *ride) {
        (void)hypervisor_request(ride->hypervisor, HYPERVISOR_OBSERVE, ride->guest, 0);
}

/* Told before anything is carried out, which may lead to the next state at once. */
static void enter(struct ride *ride, enum supervisor_state before) {
        log_event(LOG_NOTICE, (.domain = ride->guest, .message = ride_message(before, ride->state)),
                  "Guest '%s': %s%s%s", ride->guest, supervisor_state_name(ride->state),
                  *ride->reason ? ": " : "", ride->reason);
        ride_keep_wish(ride);
        ride_changed(ride);
}

void ride_apply(struct ride *ride, enum supervisor_event event) {
        const struct supervisor_facts facts = ride_facts(ride);
        const struct supervisor_step step = supervisor_step(ride->state, event, &facts);
        enum supervisor_state before = ride->state;

        ride->state = step.next;
        set_deadline(ride, step.deadline);
        if (step.next != before)
                enter(ride, before);
        carry_out(ride, step.actions);
}

int ride_set_guest(struct ride *ride, const char *name) {
        char *copy = strdup(name);

        if (!copy)
                return -ENOMEM;
        free(ride->guest);
        ride->guest = copy;
        ride->info = domain_free(ride->info);
        free(ride->profile);
        ride->profile = NULL;
        return 0;
}

static int make_parts(struct ride *ride, const struct ride_options *options) {
        int r;

        r = lingering_new(&ride->lingering, ride->loop, options->lingering);
        if (r < 0)
                return r;
        r = lender_new(&ride->lender, ride->loop, &options->places, &ride_lender_handlers, ride);
        if (r < 0)
                return r;
        return hypervisor_new(&ride->hypervisor, ride->loop, options->config->guest_uri,
                              &(const struct hypervisor_callbacks){ ride_on_connection, ride_on_domain,
                                                                    ride_on_result, ride });
}

int ride_new(struct ride **ret, sd_event *loop, const struct ride_options *options, ride_changed_fn on_change,
             void *userdata) {
        _cleanup_(ride_freep) struct ride *ride = calloc(1, sizeof(*ride));
        int r;

        if (!ride)
                return -ENOMEM;
        ride->loop = loop;
        ride->services = options->services;
        ride->wishes = options->wishes;
        snprintf(ride->problem, sizeof(ride->problem), "connecting");
        r = ride_configure(ride, options->config);
        if (r < 0)
                return r;
        r = make_parts(ride, options);
        if (r < 0)
                return r;
        ride->on_change = on_change;
        ride->userdata = userdata;
        *ret = steal_ptr(ride);
        return 0;
}

struct ride *ride_free(struct ride *ride) {
        if (!ride)
                return NULL;
        ride->hypervisor = hypervisor_free(ride->hypervisor);
        ride->lender = lender_free(ride->lender);
        ride->lingering = lingering_free(ride->lingering);
        ride->deadline = sd_event_source_disable_unref(ride->deadline);
        ride->info = domain_free(ride->info);
        free(ride->profile);
        free(ride->guest);
        free(ride->configured);
        free(ride);
        return NULL;
}

/* Its devices exist from now on, so that virsh can start it too; if it runs already, it is served. */
static int attend(struct ride *ride) {
        int r;

        if (!ride->configured || !supervisor_settled(ride->state) || supervisor_has_guest(ride->state))
                return 0;
        r = services_prepare(ride->services, ride->configured);
        if (r < 0 || !ride->hypervisor)
                return r;
        return hypervisor_request(ride->hypervisor, HYPERVISOR_OBSERVE, ride->configured, 0);
}

int ride_configure(struct ride *ride, const struct config *config) {
        char *copy = config->guest_domain ? strdup(config->guest_domain) : NULL;

        if (config->guest_domain && !copy)
                return -ENOMEM;
        free(ride->configured);
        ride->configured = copy;
        ride->shutdown_usec = config->guest_shutdown_timeout;
        ride->keep = config->guest_keep_hardware;
        return attend(ride);
}

void ride_services_changed(struct ride *ride) {
        ride_check_preflight(ride, false);
        ride_plug(ride);
}
