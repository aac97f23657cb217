/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nothing tells when QEMU lets go of a device, so the shelf looks, every few seconds and only while something
 * is on it. The first look comes late enough for a QEMU that was being started when the last pilliond died.
 */
#include "input/shelf.h"

#include "core/log.h"
#include "core/loop.h"

#define LOOK_USEC 10000000

struct place {
        struct place *next; /* owner: shelf.places */
        struct sink *sink;
};

struct shelf {
        struct sink_tools tools;
        struct place *places;
        sd_event_source *look;
};

/* Removes PLACE from the shelf; the sink on it is the caller's. */
static struct sink *clear(struct place **place) {
        struct place *cleared = *place;
        struct sink *sink = cleared->sink;

        *place = cleared->next;
        free(cleared);
        return sink;
}

void shelf_tidy(struct shelf *shelf) {
        struct place **place = &shelf->places;

        while (*place)
                if (sink_is_read((*place)->sink) != 0)
                        place = &(*place)->next;
                else {
                        log_debug("Nobody reads the input device %s, removing it", sink_phys((*place)->sink));
                        sink_destroy(clear(place));
                }
}

static int on_look(sd_event_source *source, uint64_t usec, void *userdata);

static void look_later(struct shelf *shelf) {
        int r;

        r = timer_arm(shelf->tools.loop, &shelf->look, "input-shelf", LOOK_USEC, on_look, shelf);
        if (r < 0)
                log_errno(r, "Cannot look after input devices of earlier guests, keeping them: %m");
}

static int on_look(sd_event_source *source, uint64_t usec, void *userdata) {
        struct shelf *shelf = userdata;

        shelf_tidy(shelf);
        if (shelf->places)
                look_later(shelf);
        return 0;
}

/* Without memory it is only closed: in the store it lives on, and with it the guest. */
void shelf_put(struct shelf *shelf, struct sink *sink) {
        struct place *place = sink ? malloc(sizeof(*place)) : NULL;

        if (!place) {
                sink_free(sink);
                return;
        }
        sink_listen(sink, NULL, NULL);
        *place = (struct place){ .next = shelf->places, .sink = sink };
        shelf->places = place;
        look_later(shelf);
}

int shelf_get(struct shelf *shelf, struct sink **ret, enum sink_kind kind, const char *guest) {
        for (struct place **place = &shelf->places; *place; place = &(*place)->next)
                if (sink_is_for((*place)->sink, kind, guest)) {
                        *ret = clear(place);
                        return 1;
                }
        return sink_new(ret, &shelf->tools, kind, guest);
}

static void restore(struct shelf *shelf, const char *name) {
        struct sink *sink;
        int r;

        r = sink_restore(&sink, &shelf->tools, name);
        if (r == -EINVAL)
                return; /* not a sink's */
        if (r < 0) {
                log_errno(r, "Cannot take back '%s', which an earlier pilliond has left: %m", name);
                fdstore_remove(shelf->tools.store, name);
                return;
        }
        log_debug("Took back the input device %s", sink_phys(sink));
        shelf_put(shelf, sink);
}

int shelf_new(struct shelf **ret, const struct sink_tools *tools) {
        struct shelf *shelf = calloc(1, sizeof(*shelf));
        const char *name;

        if (!shelf)
                return -ENOMEM;
        *shelf = (struct shelf){ .tools = *tools };
        for (size_t i = 0; (name = fdstore_name(tools->store, i)); i++)
                restore(shelf, name);
        *ret = shelf;
        return 0;
}

struct shelf *shelf_free(struct shelf *shelf) {
        if (!shelf)
                return NULL;
        shelf->look = sd_event_source_disable_unref(shelf->look);
        while (shelf->places)
                sink_free(clear(&shelf->places));
        free(shelf);
        return NULL;
}
