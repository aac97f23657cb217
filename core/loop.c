/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <systemd/sd-daemon.h>

#include "core/log.h"

/* Travels as the userdata of its signal's source, which frees it. */
struct handler {
        loop_signal_fn fn;
        void *userdata;
};

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata) {
        const struct handler *handler = userdata;

        handler->fn(handler->userdata);
        return 0;
}

static int on_termination(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata) {
        log_info("Ending on %s", si->ssi_signo == SIGINT ? "SIGINT" : "SIGTERM");
        return sd_event_exit(sd_event_source_get_event(source), 0);
}

/* A source that lives as long as the loop. */
static void float_source(sd_event_source *source, const char *name, sd_event_destroy_t destroy) {
        source_declare(source, name, PRIORITY_FIRST, SOURCE_AUXILIARY);
        (void)sd_event_source_set_destroy_callback(source, destroy);
        (void)sd_event_source_set_floating(source, true);
        sd_event_source_unref(source);
}

static int block_signal(int number) {
        sigset_t mask;

        sigemptyset(&mask);
        sigaddset(&mask, number);
        return sigprocmask(SIG_BLOCK, &mask, NULL) < 0 ? -errno : 0;
}

static int add_signal(sd_event *loop, int number, const char *name, sd_event_signal_handler_t handler,
                      void *userdata) {
        sd_event_source *source = NULL;
        int r;

        r = block_signal(number);
        if (r < 0)
                return r;
        r = sd_event_add_signal(loop, &source, number, handler, userdata);
        if (r < 0)
                return r;
        float_source(source, name, userdata ? free : NULL);
        return 0;
}

int loop_add_signal(sd_event *loop, int number, const char *name, loop_signal_fn fn, void *userdata) {
        _cleanup_free_ struct handler *handler = calloc(1, sizeof(*handler));
        int r;

        if (!handler)
                return -ENOMEM;
        *handler = (struct handler){ fn, userdata };
        r = add_signal(loop, number, name, on_signal, handler);
        if (r < 0)
                return r;
        handler = NULL; /* the source frees it */
        return 0;
}

int loop_new(sd_event **ret, loop_signal_fn on_reload, void *userdata) {
        _cleanup_(loop_freep) sd_event *loop = NULL;
        int r;

        /*
         * libvirt writes to its socket from threads of its own: a dropped connection would end the process.
         */
        if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
                return -errno;

        r = sd_event_new(&loop);
        if (r < 0)
                return r;
        r = add_signal(loop, SIGTERM, "sigterm", on_termination, NULL);
        if (r < 0)
                return r;
        r = add_signal(loop, SIGINT, "sigint", on_termination, NULL);
        if (r < 0)
                return r;
        r = loop_add_signal(loop, SIGHUP, "sighup", on_reload, userdata);
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

/* What sd_notify() does, but that waits while systemd's queue is full, and a manager that hangs fills it. */
void loop_notify(const char *state) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        const char *path = getenv("NOTIFY_SOCKET");
        size_t length = path ? strlen(path) : 0;
        _cleanup_close_ int fd = -1;

        if (length == 0 || length >= sizeof(address.sun_path))
                return;
        memcpy(address.sun_path, path, length);
        if (*path == '@') /* a name in the abstract namespace */
                address.sun_path[0] = '\0';
        fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd >= 0)
                (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
                             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
}

void loop_notify_status(const char *format, ...) {
        char text[256] = "STATUS=";
        va_list ap;

        va_start(ap, format);
        vsnprintf(text + 7, sizeof(text) - 7, format, ap);
        va_end(ap);
        loop_notify(text);
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
