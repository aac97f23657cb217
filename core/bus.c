/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vtables at the end are the interface. Every property comes from one snapshot function per part, so what
 * the bus says is what the parts say. A change of a part signals its coarse properties as a whole: they are
 * few.
 */
#include "core/bus.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <systemd/sd-bus.h>

#include "core/bus-internal.h"
#include "core/loop.h"

#define MANAGER "org.pillion1.Manager"
#define INPUT   "org.pillion1.Input"
#define AUDIO   "org.pillion1.Audio"

/* clang-format off */
static const sd_bus_vtable audio_vtable[] = {
        SD_BUS_VTABLE_START(0),
        CHANGES("State", "s", properties_get_audio),
        CHANGES("Origin", "s", properties_get_audio),
        CHANGES("Format", "s", properties_get_audio),
        CHANGES("Problem", "s", properties_get_audio),
        COUNTER("Datagrams", "t", properties_get_audio),
        COUNTER("Malformed", "t", properties_get_audio),
        COUNTER("Refused", "t", properties_get_audio),
        CHANGES("Connected", "b", properties_get_playback),
        CHANGES("SinkProblem", "s", properties_get_playback),
        COUNTER("LatencyUsec", "u", properties_get_playback),
        COUNTER("TargetUsec", "u", properties_get_playback),
        COUNTER("RatePpm", "i", properties_get_playback),
        COUNTER("FillFrames", "u", properties_get_playback),
        COUNTER("Underruns", "t", properties_get_playback),
        COUNTER("Overruns", "t", properties_get_playback),
        COUNTER("Quantum", "u", properties_get_playback),
        COUNTER("GraphRate", "u", properties_get_playback),
        SD_BUS_VTABLE_END,
};
/* clang-format on */

/* Once a turn of the loop, however many parts have changed in it. */
static int on_told(sd_event_source *source, void *userdata) {
        struct bus *bus = userdata;

        (void)sd_bus_emit_properties_changed_strv(bus->bus, BUS_PATH, MANAGER, NULL);
        (void)sd_bus_emit_properties_changed_strv(bus->bus, BUS_PATH, INPUT, NULL);
        (void)sd_bus_emit_properties_changed_strv(bus->bus, BUS_PATH, AUDIO, NULL);
        bus_answer(bus);
        return 0;
}

void bus_changed(struct bus *bus) {
        if (!bus->model.ride)
                return; /* not served yet */
        bus_note_state(bus);
        (void)sd_event_source_set_enabled(bus->told, SD_EVENT_ONESHOT);
}

sd_bus *bus_connection(struct bus *bus) {
        return bus->bus;
}

int bus_serve(struct bus *bus, struct ride *ride, struct services *services) {
        static const struct {
                const char *interface;
                const sd_bus_vtable *vtable;
        } objects[] = { { MANAGER, bus_manager_vtable },
                        { INPUT, bus_input_vtable },
                        { AUDIO, audio_vtable } };
        int r;

        bus->model.ride = ride;
        bus->model.services = services;
        r = keywatch_new(&bus->keywatch, bus->loop, bus->bus, services_input(services));
        if (r < 0)
                return r;
        for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
                r = sd_bus_add_object_vtable(bus->bus, NULL, BUS_PATH, objects[i].interface,
                                             objects[i].vtable, bus);
                if (r < 0)
                        return r;
        }
        return 0;
}

int bus_new(struct bus **ret, sd_event *loop, bus_reload_fn on_reload, void *userdata) {
        _cleanup_(bus_freep) struct bus *bus = calloc(1, sizeof(*bus));
        int r;

        if (!bus)
                return -ENOMEM;
        *bus = (struct bus){ .loop = loop, .on_reload = on_reload, .userdata = userdata };
        r = sd_bus_open_user(&bus->bus);
        if (r < 0)
                return r;
        r = sd_event_add_defer(loop, &bus->told, on_told, bus);
        if (r < 0)
                return r;
        source_declare(bus->told, "bus-changes", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        (void)sd_event_source_set_enabled(bus->told, SD_EVENT_OFF);
        /* A session bus that goes away means that the session does, and so shall we. */
        (void)sd_bus_set_exit_on_disconnect(bus->bus, true);
        r = sd_bus_attach_event(bus->bus, loop, SD_EVENT_PRIORITY_NORMAL);
        if (r < 0)
                return r;
        r = sd_bus_request_name(bus->bus, BUS_NAME, 0);
        if (r < 0)
                return r;
        *ret = steal_ptr(bus);
        return 0;
}

void bus_set_performer(struct bus *bus, const struct performer *performer) {
        bus->model.performer = performer;
        bus_changed(bus);
}

void bus_key(struct bus *bus, const char *device, const char *key, bool down) {
        if (bus->keywatch)
                keywatch_tell(bus->keywatch, device, key, down);
}

struct bus *bus_free(struct bus *bus) {
        if (!bus)
                return NULL;
        bus_dismiss(bus);
        bus->told = sd_event_source_disable_unref(bus->told);
        bus->keywatch = keywatch_free(bus->keywatch);
        bus->bus = sd_bus_flush_close_unref(bus->bus);
        free(bus);
        return NULL;
}
