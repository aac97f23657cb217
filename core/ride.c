/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every event goes through apply(): the pure supervisor says what is next, its actions are carried out, the
 * change is told. Actions that answer later (a call to libvirt) carry a serial number, so that the answer to
 * a call that nobody waits for any more is not taken for another's.
 */
#include "core/ride.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/loop.h"
#include "switcher/hypervisor.h"

#define PREFLIGHT_USEC (15 * 1000000ULL)

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
        uint64_t serial; /* of the last call */
        bool observed;   /* in preflight: libvirt has said that the guest does not run yet */
        bool connected;
        char problem[512];

        ride_changed_fn on_change;
        void *userdata;
};

static void apply(struct ride *ride, enum supervisor_event event);

__attribute__((format(printf, 2, 3))) static void because(struct ride *ride, const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        vsnprintf(ride->reason, sizeof(ride->reason), format, ap);
        va_end(ap);
}

static void fail(struct ride *ride, const char *what) {
        because(ride, "%s", what);
        apply(ride, EVENT_CALL_FAILED);
}

static void call(struct ride *ride, enum hypervisor_operation operation) {
        int r;

        r = hypervisor_request(ride->hypervisor, operation, ride->guest, ++ride->serial);
        if (r < 0)
                fail(ride, strerror(-r));
}

static void changed(struct ride *ride) {
        loop_notify_status("%s%s%s", supervisor_state_name(ride->state), ride->guest ? " " : "",
                           ride->guest ? ride->guest : "");
        if (ride->on_change)
                ride->on_change(ride->userdata);
}

/*
 * Preflight is over when the definition is known, the guest is known not to run, and its devices are there.
 */
static void check_preflight(struct ride *ride, bool last_chance) {
        char why[700];

        if (ride->state != STATE_PREFLIGHT)
                return;
        if (!ride->info || !ride->observed) {
                if (last_chance)
                        because(ride, "libvirt did not answer; see 'systemctl status libvirtd'");
                return;
        }
        if (!services_lacks_sinks(ride->services, ride->info, why, sizeof(why)))
                apply(ride, EVENT_READY);
        else if (last_chance)
                because(ride, "%s", why);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata) {
        struct ride *ride = userdata;

        if (ride->state == STATE_STOPPING)
                because(ride,
                        "'%s' has not shut down in time; look at its screen, or use 'pillion stop --force'",
                        ride->guest);
        check_preflight(ride, true);
        apply(ride, EVENT_DEADLINE);
        return 0;
}

static void set_deadline(struct ride *ride, enum supervisor_deadline deadline) {
        uint64_t usec = deadline == DEADLINE_PREFLIGHT ? PREFLIGHT_USEC : ride->shutdown_usec;
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

static void prepare(struct ride *ride) {
        int r;

        ride->info = domain_free(ride->info);
        ride->observed = false;
        r = services_prepare(ride->services, ride->guest);
        if (r < 0)
                log_errno(r, "Cannot make the input devices of '%s': %m", ride->guest);
        call(ride, HYPERVISOR_DESCRIBE);
}

static void carry_out(struct ride *ride, unsigned actions) {
        if (actions & ACTION_INPUT_HOST)
                (void)services_switch(ride->services, INPUT_HOST);
        if (actions & ACTION_UNSERVE)
                services_unserve(ride->services);
        if (actions & ACTION_PREPARE)
                prepare(ride);
        if (actions & ACTION_CREATE)
                call(ride, HYPERVISOR_CREATE);
        if (actions & ACTION_SHUTDOWN)
                call(ride, HYPERVISOR_SHUTDOWN);
        if (actions & ACTION_DESTROY)
                call(ride, HYPERVISOR_DESTROY);
        if ((actions & ACTION_SERVE) && ride->info)
                services_serve(ride->services, ride->info);
}

static void apply(struct ride *ride, enum supervisor_event event) {
        const struct supervisor_step step = supervisor_step(ride->state, event);
        enum supervisor_state before = ride->state;

        ride->state = step.next;
        set_deadline(ride, step.deadline);
        if (step.next != before)
                log_event(LOG_NOTICE, (.domain = ride->guest), "Guest '%s': %s%s%s", ride->guest,
                          supervisor_state_name(step.next), *ride->reason ? ": " : "", ride->reason);
        carry_out(ride, step.actions);
        if (step.next != before)
                changed(ride);
}

/* Whether a domain that turns up running is ours to serve. */
static bool adopts(const struct ride *ride, const char *name, const struct domain_info *info) {
        char keyboard[200];

        if (supervisor_has_guest(ride->state))
                return false; /* one at a time, and this one has its own events */
        if (ride->configured)
                return strcmp(name, ride->configured) == 0;
        snprintf(keyboard, sizeof(keyboard), "/dev/input/by-id/pillion-%s-kbd", name);
        return info && domain_names_evdev(info, keyboard);
}

static int set_guest(struct ride *ride, const char *name) {
        char *copy = strdup(name);

        if (!copy)
                return -ENOMEM;
        free(ride->guest);
        ride->guest = copy;
        ride->info = domain_free(ride->info);
        return 0;
}

static void on_connection(bool connected, const char *problem, void *userdata) {
        struct ride *ride = userdata;
        bool told = !connected && strcmp(ride->problem, problem ? problem : "") == 0;

        ride->connected = connected;
        snprintf(ride->problem, sizeof(ride->problem), "%s", problem ? problem : "");
        if (connected)
                log_info("Connected to libvirt");
        else if (!told)
                log_warning("libvirt: %s", ride->problem);
        /* What happened while we were away is not told again: ask. Active domains are told anyway. */
        if (connected && ride->guest && ride->state != STATE_PREFLIGHT)
                (void)hypervisor_request(ride->hypervisor, HYPERVISOR_OBSERVE, ride->guest, 0);
        if (!told)
                changed(ride);
}

static void on_gone(struct ride *ride, const char *how) {
        if (ride->state == STATE_PREFLIGHT) {
                ride->observed = true;
                check_preflight(ride, false);
                return;
        }
        if (supervisor_has_guest(ride->state) || ride->state == STATE_STOPPING)
                because(ride, "%s", how ? how : "");
        apply(ride, EVENT_STOPPED);
}

static void on_domain(const char *name, enum hypervisor_state state, const char *how,
                      struct domain_info *info, void *userdata) {
        _cleanup_(domain_freep) struct domain_info *owned = info;
        struct ride *ride = userdata;
        bool ours = ride->guest && strcmp(name, ride->guest) == 0;

        if (!ours && (state == DOMAIN_GONE || !supervisor_settled(ride->state) || !adopts(ride, name, info)))
                return;
        if (!ours && set_guest(ride, name) < 0)
                return;
        if (state == DOMAIN_GONE) {
                on_gone(ride, how);
                return;
        }
        ride->info = domain_free(ride->info);
        ride->info = steal_ptr(owned);
        if (!supervisor_has_guest(ride->state))
                because(ride, "%s", "");
        apply(ride, state == DOMAIN_RUNNING ? EVENT_RUNNING : EVENT_PAUSED);
}

static void on_result(uint64_t serial, const char *error, struct domain_info *info, void *userdata) {
        _cleanup_(domain_freep) struct domain_info *owned = info;
        struct ride *ride = userdata;

        if (serial != ride->serial)
                return;
        if (error) {
                fail(ride, error);
                return;
        }
        if (ride->state != STATE_PREFLIGHT || !info)
                return;
        ride->info = steal_ptr(owned);
        (void)hypervisor_request(ride->hypervisor, HYPERVISOR_OBSERVE, ride->guest, 0);
}

int ride_new(struct ride **ret, sd_event *loop, const struct config *config, struct services *services,
             ride_changed_fn on_change, void *userdata) {
        _cleanup_(ride_freep) struct ride *ride = calloc(1, sizeof(*ride));
        int r;

        if (!ride)
                return -ENOMEM;
        ride->loop = loop;
        ride->services = services;
        snprintf(ride->problem, sizeof(ride->problem), "connecting");
        r = ride_configure(ride, config);
        if (r < 0)
                return r;
        r = hypervisor_new(&ride->hypervisor, loop, config->guest_uri,
                           &(const struct hypervisor_callbacks){ on_connection, on_domain, on_result, ride });
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
        ride->deadline = sd_event_source_disable_unref(ride->deadline);
        ride->info = domain_free(ride->info);
        free(ride->guest);
        free(ride->configured);
        free(ride);
        return NULL;
}

int ride_configure(struct ride *ride, const struct config *config) {
        char *copy = config->guest_domain ? strdup(config->guest_domain) : NULL;

        if (config->guest_domain && !copy)
                return -ENOMEM;
        free(ride->configured);
        ride->configured = copy;
        ride->shutdown_usec = config->guest_shutdown_timeout;
        /* Its devices exist from now on, so that virsh can start it too. */
        if (copy && !ride->guest)
                return services_prepare(ride->services, copy);
        return 0;
}

int ride_command(struct ride *ride, enum supervisor_event command, const char *domain, char *reason,
                 size_t size) {
        const struct supervisor_step step = supervisor_step(ride->state, command);

        domain = domain ? domain : ride->configured;
        if (command == EVENT_START && !domain) {
                snprintf(reason, size,
                         "which guest? Name it ('pillion start NAME'), or set domain= under [guest]");
                return -EINVAL;
        }
        if (step.actions & ACTION_REFUSE) {
                snprintf(reason, size, "%s%s%s%s", ride->guest ? "'" : "", ride->guest ? ride->guest : "",
                         ride->guest ? "' " : "", supervisor_refusal(ride->state, command));
                return -EBUSY;
        }
        if (command == EVENT_START && set_guest(ride, domain) < 0) {
                snprintf(reason, size, "out of memory");
                return -ENOMEM;
        }
        because(ride, "%s", command != EVENT_START && ride->state == STATE_PREFLIGHT ? "called off" : "");
        apply(ride, command);
        return 0;
}

void ride_services_changed(struct ride *ride) {
        check_preflight(ride, false);
}

void ride_status(const struct ride *ride, struct ride_status *ret) {
        *ret = (struct ride_status){
                .state = ride->state,
                .guest = ride->guest,
                .reason = ride->reason,
                .connected = ride->connected,
                .problem = ride->problem,
        };
}
