/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/bus-internal: what bus.c, which has the connection, and the files that have an interface each share.
 * Nobody else includes this.
 */
#include <stddef.h>

#include <systemd/sd-bus.h>

#include "core/bus.h"
#include "core/keywatch.h"
#include "core/properties.h"

struct waiter {
        struct waiter *next; /* owner: bus.waiters */
        sd_bus_message *call;
        enum supervisor_event command;
        bool begun; /* a restart: the guest has ended, and is being started anew */
};

struct bus {
        sd_bus *bus;
        sd_event *loop;        /* borrowed */
        sd_event_source *told; /* deferred: tells changes once a loop turn */
        struct bus_model model;
        struct keywatch *keywatch;
        struct waiter *waiters;
        bus_reload_fn on_reload;
        void *userdata;
};

#define MODEL                    offsetof(struct bus, model)
#define CHANGES(name, type, get) SD_BUS_PROPERTY(name, type, get, MODEL, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)
#define COUNTER(name, type, get) SD_BUS_PROPERTY(name, type, get, MODEL, 0)
#define METHOD(name, fn, ...)                                                                                \
        SD_BUS_METHOD_WITH_ARGS(name, SD_BUS_ARGS(__VA_ARGS__), SD_BUS_NO_RESULT, fn,                        \
                                SD_BUS_VTABLE_UNPRIVILEGED)

extern const sd_bus_vtable bus_manager_vtable[];
extern const sd_bus_vtable bus_input_vtable[];

/* The state may have changed: to be called at each change, or a short one is missed. */
void bus_note_state(struct bus *bus);
/* Answers the commands whose end has come. */
void bus_answer(struct bus *bus);
/* All others, since we end. */
void bus_dismiss(struct bus *bus);
