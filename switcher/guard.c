/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carries out what switcher/guard-policy decides. The process has one thread from its first to its last
 * moment, although libvirt needs several to be watched: giving back forks for each step, and a child of a
 * process with threads may find a lock taken that nobody will ever release. So a child watches.
 */
#include "switcher/guard.h"

#include <signal.h>
#include <stdio.h>

#include "core/log.h"
#include "core/loop.h"
#include "switcher/guard-policy.h"
#include "switcher/guest-watch.h"
#include "switcher/guest.h"

#define ANSWER_USEC 5000000u
#define SPARE_USEC  60000000u /* what systemd waits beyond our own deadlines */

struct guard {
        const struct guard_options *options; /* borrowed */
        sd_event *loop;
        sd_event_source *interrupt, *deadline;
        struct guest_watch *watch;
        enum guard_state state;
        char silence[500]; /* why libvirt says nothing; "": it does */
};

static void apply(struct guard *guard, enum guard_event event);

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata) {
        struct guard *guard = userdata;

        apply(guard, *guard->silence ? GUARD_LATE : GUARD_DEADLINE);
        return 0;
}

static void set_deadline(struct guard *guard, enum guard_deadline deadline) {
        const struct profile *profile = guard->options->profile;
        uint64_t usec = guard_wait(deadline, profile->grace, profile->shutdown_timeout);
        int r;

        if (deadline == GUARD_KEEP)
                return;
        timer_disarm(guard->deadline);
        if (usec == 0)
                return;
        r = timer_arm(guard->loop, &guard->deadline, "guard-deadline", usec, on_deadline, guard);
        if (r < 0)
                log_errno(r, "Cannot set a deadline: %m, continuing without one");
}

/* That it was asked says nothing; that it is gone will be told. */
static void shut_down(const struct guard *guard) {
        const struct profile *profile = guard->options->profile;
        char text[80], problem[400] = "";

        snprintf(text, sizeof(text), "EXTEND_TIMEOUT_USEC=%" PRIu64, profile->shutdown_timeout + SPARE_USEC);
        loop_notify(text);
        if (guest_shut_down(profile->uri, profile->domain, ANSWER_USEC, problem, sizeof(problem)) < 0)
                log_event(LOG_WARNING, (.domain = profile->domain), "Cannot ask '%s' to shut down: %s",
                          profile->domain, problem);
}

static void give_up(const struct guard *guard) {
        const struct profile *profile = guard->options->profile;

        log_event(LOG_ERR, (.domain = profile->domain, .message = MESSAGE_HARDWARE_KEPT),
                  "'%s' has not shut down within %" PRIu64
                  " s%s%s: its hardware stays lent. Shut it down, then "
                  "'pillion stop', or as root 'pillion-switch return'",
                  profile->domain, profile->shutdown_timeout / 1000000,
                  *guard->silence ? ", as far as known: " : "", guard->silence);
}

static void carry_out(struct guard *guard, enum guard_action action) {
        switch (action) {
        case GUARD_NOTHING:
                break;
        case GUARD_SHUT_DOWN:
                shut_down(guard);
                break;
        case GUARD_GIVE_UP:
                give_up(guard);
                (void)sd_event_exit(guard->loop, 0);
                break;
        case GUARD_RETURN:
                (void)sd_event_exit(guard->loop, 0);
                break;
        }
}

static void tell_status(const struct guard *guard) {
        loop_notify_status("%s%s%s", guard_state_phrase(guard->state), *guard->silence ? "; " : "",
                           guard->silence);
}

/* What the guest could have, and has not. */
static enum message message_of(enum guard_state state) {
        return state == GUARD_AWAITING || state == GUARD_LEFT ? MESSAGE_HARDWARE_IDLE : MESSAGE_NONE;
}

static void apply(struct guard *guard, enum guard_event event) {
        const struct guard_step step = guard_step(guard->state, event);
        const char *domain = guard->options->profile->domain;

        if (step.next != guard->state)
                log_event(LOG_NOTICE, (.domain = domain, .message = message_of(step.next)),
                          "Hardware of '%s': %s", domain, guard_state_phrase(step.next));
        guard->state = step.next;
        set_deadline(guard, step.deadline);
        tell_status(guard);
        carry_out(guard, step.action);
}

static void on_news(enum guest_news news, const char *problem, void *userdata) {
        struct guard *guard = userdata;

        if (news == GUEST_UNKNOWN && strcmp(guard->silence, problem) != 0)
                log_event(LOG_WARNING, (.message = MESSAGE_LIBVIRT_LOST),
                          "libvirt: %s; what is lent stays lent", problem);
        snprintf(guard->silence, sizeof(guard->silence), "%s", problem);
        if (news == GUEST_UNKNOWN)
                tell_status(guard);
        else
                apply(guard, news == GUEST_RUNS ? GUARD_RUNS : GUARD_GONE);
}

static int on_interrupt(sd_event_source *source, int fd, uint32_t events, void *userdata) {
        struct guard *guard = userdata;

        /* Whoever gives back reads it. */
        guard->interrupt = sd_event_source_disable_unref(guard->interrupt);
        apply(guard, GUARD_STOP);
        return 0;
}

static void on_renew(void *userdata) {
        apply(userdata, GUARD_RENEW);
}

static int prepare(struct guard *guard) {
        const struct guard_options *options = guard->options;
        int r;

        r = sd_event_new(&guard->loop);
        if (r < 0)
                return r;
        r = loop_add_signal(guard->loop, SIGHUP, "sighup", on_renew, guard);
        if (r < 0)
                return r;
        r = sd_event_add_io(guard->loop, &guard->interrupt, options->interrupt, EPOLLIN, on_interrupt, guard);
        if (r < 0)
                return r;
        source_declare(guard->interrupt, "interrupt", PRIORITY_FIRST, SOURCE_AUXILIARY);
        return guest_watch_new(&guard->watch, guard->loop, options->profile->uri, options->profile->domain,
                               on_news, guard);
}

static void guard_done(struct guard *guard) {
        guard->watch = guest_watch_free(guard->watch);
        guard->interrupt = sd_event_source_disable_unref(guard->interrupt);
        guard->deadline = sd_event_source_disable_unref(guard->deadline);
        guard->loop = loop_free(guard->loop);
}

int guard_stay(const struct guard_options *options) {
        _cleanup_(guard_done) struct guard guard = { .options = options };
        int r;

        r = prepare(&guard);
        if (r < 0) {
                log_errno(r, "Cannot guard what is lent: %m; 'pillion-switch return' gives it back");
                return EXIT_FAILURE;
        }
        tell_status(&guard);
        loop_notify_ready();
        r = sd_event_loop(guard.loop);
        loop_notify_stopping();
        if (r < 0)
                log_errno(r, "Cannot go on guarding what is lent: %m; 'pillion-switch return' gives it back");
        if (r < 0 || guard.state != GUARD_RETURNING)
                return EXIT_FAILURE;
        guard_done(&guard);
        return options->give_back(options->userdata);
}
