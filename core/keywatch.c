/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/keywatch.h"

#include <errno.h>

#include "core/bus-text.h"
#include "core/bus.h"
#include "core/log.h"
#include "core/loop.h"
#include "input/play.h"

struct keywatch {
        sd_event *loop;
        sd_bus *bus;         /* borrowed */
        struct input *input; /* borrowed */
        sd_bus_track *watchers;
        sd_event_source *end;
        bool watched;
};

static void stop(struct keywatch *keywatch) {
        if (!keywatch->watched)
                return;
        keywatch->watched = false;
        input_watch_keys(keywatch->input, false);
        timer_disarm(keywatch->end);
        log_info("Nobody is shown which keys are pressed any more");
}

/* Called for a track that has just been made, too. 1: not again until somebody comes and goes. */
static int on_nobody(sd_bus_track *track, void *userdata) {
        stop(userdata);
        return 1;
}

static int new_track(struct keywatch *keywatch) {
        keywatch->watchers = sd_bus_track_unref(keywatch->watchers);
        return sd_bus_track_new(keywatch->bus, &keywatch->watchers, on_nobody, keywatch);
}

static int on_end(sd_event_source *source, uint64_t usec, void *userdata) {
        struct keywatch *keywatch = userdata;

        stop(keywatch);
        (void)new_track(keywatch);
        return 0;
}

int keywatch_new(struct keywatch **ret, sd_event *loop, sd_bus *bus, struct input *input) {
        _cleanup_(keywatch_freep) struct keywatch *keywatch = calloc(1, sizeof(*keywatch));
        int r;

        if (!keywatch)
                return -ENOMEM;
        *keywatch = (struct keywatch){ .loop = loop, .bus = bus, .input = input };
        r = new_track(keywatch);
        if (r < 0)
                return r;
        *ret = steal_ptr(keywatch);
        return 0;
}

struct keywatch *keywatch_free(struct keywatch *keywatch) {
        if (!keywatch)
                return NULL;
        keywatch->watchers = sd_bus_track_unref(keywatch->watchers);
        keywatch->end = sd_event_source_disable_unref(keywatch->end);
        free(keywatch);
        return NULL;
}

int keywatch_add(struct keywatch *keywatch, sd_bus_message *call) {
        int r;

        r = sd_bus_track_add_sender(keywatch->watchers, call);
        if (r < 0)
                return r;
        r = timer_arm(keywatch->loop, &keywatch->end, "bus-keywatch", BUS_WATCH_KEYS_USEC, on_end, keywatch);
        if (r < 0)
                return r;
        keywatch->watched = true;
        input_watch_keys(keywatch->input, true);
        log_notice("A program (%s on the session bus) is shown which keys are pressed, for a minute",
                   sd_bus_message_get_sender(call));
        return 0;
}

static void tell(const struct keywatch *keywatch, const char *watcher, const char *device, const char *key,
                 bool down) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;

        if (sd_bus_message_new_signal(keywatch->bus, &signal, BUS_PATH, BUS_NAME ".Input", "Key") >= 0 &&
            sd_bus_message_set_destination(signal, watcher) >= 0 && bus_text_append(signal, device) >= 0 &&
            sd_bus_message_append(signal, "sb", key, down) >= 0)
                (void)sd_bus_send(keywatch->bus, signal, NULL);
}

void keywatch_tell(struct keywatch *keywatch, const char *device, const char *key, bool down) {
        for (const char *watcher = sd_bus_track_first(keywatch->watchers); watcher;
             watcher = sd_bus_track_next(keywatch->watchers))
                tell(keywatch, watcher, device, key, down);
}
