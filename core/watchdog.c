/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Not sd-event's own watchdog, which cannot change its mind, and feeds after half the interval at the
 * earliest: that leaves little room for a stall.
 */
#include "core/watchdog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include <systemd/sd-daemon.h>

#include "core/loop.h"

#define PATIENCE 10 /* times the interval, while nothing is held */

struct watchdog {
        sd_event_source *timer; /* NULL: nobody watches */
        uint64_t interval;      /* WatchdogSec= */
        bool closely;
};

static uint64_t interval_of(const struct watchdog *watchdog) {
        return watchdog->closely ? watchdog->interval : PATIENCE * watchdog->interval;
}

static void feed_next(struct watchdog *watchdog) {
        (void)sd_event_source_set_time_relative(watchdog->timer, interval_of(watchdog) / 4);
        (void)sd_event_source_set_enabled(watchdog->timer, SD_EVENT_ONESHOT);
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata) {
        struct watchdog *watchdog = userdata;
        char text[64];

        /* The interval each time: it costs nothing, and the first one cannot be told before the service has
         * started, for it would count from there. */
        snprintf(text, sizeof(text), "WATCHDOG=1\nWATCHDOG_USEC=%" PRIu64, interval_of(watchdog));
        loop_notify(text);
        feed_next(watchdog);
        return 0;
}

void watchdog_watch(struct watchdog *watchdog, bool closely) {
        if (!watchdog->timer || watchdog->closely == closely)
                return;
        watchdog->closely = closely;
        (void)on_time(watchdog->timer, 0, watchdog);
}

int watchdog_new(struct watchdog **ret, sd_event *loop) {
        _cleanup_(watchdog_freep) struct watchdog *watchdog = calloc(1, sizeof(*watchdog));
        int r;

        if (!watchdog)
                return -ENOMEM;
        if (sd_watchdog_enabled(0, &watchdog->interval) > 0) {
                r = sd_event_add_time_relative(loop, &watchdog->timer, CLOCK_MONOTONIC, 0, 0, on_time,
                                               watchdog);
                if (r < 0)
                        return r;
                source_declare(watchdog->timer, "watchdog", PRIORITY_FIRST, SOURCE_AUXILIARY);
        }
        *ret = steal_ptr(watchdog);
        return 0;
}

struct watchdog *watchdog_free(struct watchdog *watchdog) {
        if (!watchdog)
                return NULL;
        watchdog->timer = sd_event_source_disable_unref(watchdog->timer);
        free(watchdog);
        return NULL;
}
