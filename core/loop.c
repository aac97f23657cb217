/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include <systemd/sd-daemon.h>

#include "core/log.h"

/*
 * The reload callback travels as the userdata of the SIGHUP source, so there is no state of ours besides it.
 */
struct reload {
        loop_reload_fn on_reload;
        void *userdata;
};

static int on_sighup(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata) {
        const struct reload *reload = userdata;

        reload->on_reload(reload->userdata);
        return 0;
}

static int on_termination(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata) {
        log_info("Ending on %s", si->ssi_signo == SIGINT ? "SIGINT" : "SIGTERM");
        return sd_event_exit(sd_event_source_get_event(source), 0);
}

static int add_signal(sd_event *loop, int number, sd_event_signal_handler_t handler, const char *name,
                      void *userdata, sd_event_destroy_t destroy) {
        sd_event_source *source = NULL;
        int r;

        r = sd_event_add_signal(loop, &source, number, handler, userdata);
        if (r < 0)
                return r;
        source_declare(source, name, SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        (void)sd_event_source_set_destroy_callback(source, destroy);
        (void)sd_event_source_set_floating(source, true); /* lives as long as the loop */
        sd_event_source_unref(source);
        return 0;
}

static int add_reload(sd_event *loop, loop_reload_fn on_reload, void *userdata) {
        _cleanup_free_ struct reload *reload = calloc(1, sizeof(*reload));
        int r;

        if (!reload)
                return -ENOMEM;
        *reload = (struct reload){ on_reload, userdata };
        r = add_signal(loop, SIGHUP, on_sighup, "sighup", reload, free);
        if (r < 0)
                return r;
        reload = NULL; /* the source frees it */
        return 0;
}

int loop_new(sd_event **ret, loop_reload_fn on_reload, void *userdata) {
        _cleanup_(loop_freep) sd_event *loop = NULL;
        sigset_t mask;
        int r;

        sigemptyset(&mask);
        sigaddset(&mask, SIGTERM);
        sigaddset(&mask, SIGINT);
        sigaddset(&mask, SIGHUP);
        if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
                return -errno;
        /*
         * libvirt writes to its socket from threads of its own: a dropped connection would end the process.
         */
        if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
                return -errno;

        r = sd_event_new(&loop);
        if (r < 0)
                return r;
        r = add_signal(loop, SIGTERM, on_termination, "sigterm", NULL, NULL);
        if (r < 0)
                return r;
        r = add_signal(loop, SIGINT, on_termination, "sigint", NULL, NULL);
        if (r < 0)
                return r;
        r = add_reload(loop, on_reload, userdata);
        if (r < 0)
                return r;
        r = sd_event_set_watchdog(loop, true);
        if (r < 0)
                return r;

        *ret = steal_ptr(loop);
        return 0;
}

sd_event *loop_free(sd_event *loop) {
        return sd_event_unref(loop);
}

void loop_notify_ready(void) {
        (void)sd_notify(0, "READY=1");
}

void loop_notify_stopping(void) {
        (void)sd_notify(0, "STOPPING=1");
}

void loop_notify_status(const char *format, ...) {
        char text[256] = "STATUS=";
        va_list ap;

        va_start(ap, format);
        vsnprintf(text + 7, sizeof(text) - 7, format, ap);
        va_end(ap);
        (void)sd_notify(0, text);
}

void source_declare(sd_event_source *source, const char *name, int64_t priority, enum source_kind kind) {
        (void)sd_event_source_set_description(source, name);
        (void)sd_event_source_set_priority(source, priority);
        (void)sd_event_source_set_exit_on_failure(source, kind == SOURCE_DOMINANT);
}

int timer_arm(sd_event *loop, sd_event_source **timer, const char *name, uint64_t usec,
              sd_event_time_handler_t on_time, void *userdata) {
        int r;

        if (!*timer) {
                r = sd_event_add_time_relative(loop, timer, CLOCK_MONOTONIC, usec, 0, on_time, userdata);
                if (r < 0)
                        return r;
                source_declare(*timer, name, SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
                return 0;
        }
        r = sd_event_source_set_time_relative(*timer, usec);
        if (r < 0)
                return r;
        return sd_event_source_set_enabled(*timer, SD_EVENT_ONESHOT);
}

void timer_disarm(sd_event_source *timer) {
        if (timer)
                (void)sd_event_source_set_enabled(timer, SD_EVENT_OFF);
}
