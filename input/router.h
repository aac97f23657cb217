/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/router: decides which side gets each key, button and motion. Pure: it is told the time, reads nothing
 * and writes through callbacks.
 *
 * What it guarantees, whatever events come in: no side keeps a key that the user let go; each press the guest
 * saw is followed by its release; the guest never sees the toggle chord whole; a key the guest holds through
 * two keyboards is released with the second.
 *
 * A device either follows the toggle, so that all of its kind change sides together, or has a side of its
 * own.
 *
 * Threads: none of its own; callbacks run inside the calls below, and may make any of these but those that
 * free something or take in events: router_free(), router_remove(), router_set_hotkeys(), router_event().
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "input/chord.h"
#include "input/codes.h"
#include "input/commands.h"
#include "input/input.h"

struct router;
struct router_device; /* one physical device; owned by its router */

struct router_value {
        uint16_t type, code;
        int32_t value;
};

struct router_callbacks {
        /* One whole frame for a sink, without the SYN_REPORT that ends it. */
        void (*on_frame)(enum sink_kind sink, const struct router_value *values, size_t n, void *userdata);
        struct commands_callbacks commands;
};

/* CALLBACKS must outlive the router. The side is INPUT_HOST. */
int router_new(struct router **ret, const struct router_callbacks *callbacks, void *userdata);
struct router *router_free(struct router *router); /* emits nothing: switch to the host first */
DEFINE_CLEANUP(struct router, router_free);

/* PATIENCE: microseconds that a toggle waits for all keys to be up; 0: it does not. */
void router_set_toggle(struct router *router, const struct chord *toggle, uint64_t patience);

/* In place of those there were, which go up. -ENOMEM keeps them. */
int router_set_hotkeys(struct router *router, const struct hotkey *table, size_t n);
/* All hotkeys go up, and count again only when pressed anew. */
void router_let_go(struct router *router);

/* When on_deadline() has said so. */
void router_tick(struct router *router, uint64_t now);

/* As if the toggle's keys had been pressed. */
void router_toggle(struct router *router);

/* Presses the keys for the guest and releases them; one that it holds already stays down. */
void router_type(struct router *router, const struct chord *chord);

/* How the guest reads us, PATH_EVDEV at first. What it holds is released. */
void router_set_path(struct router *router, enum guest_path path);

/* A device that FOLLOWS is on the router's side, another one on the host's until router_assign(). HELD keys
 * belong to the side that has the device: the host keeps them, the guest never hears of them. */
int router_add(struct router *router, struct router_device **ret, const struct keys *held, bool follows);
/* Lets go of all the device's keys. Accepts NULL, returns NULL. */
struct router_device *router_remove(struct router_device *device);

/* An event as the device reported it. NOW in microseconds, of any clock that all devices share. */
void router_event(struct router_device *device, uint64_t now, uint16_t type, uint16_t code, int32_t value);

/* After events were lost or thrown away: HELD is what is down now. Never toggles, may panic. */
void router_resync(struct router_device *device, const struct keys *held);

/*
 * Around all that it takes to move devices, grabs included. A hotkey that goes up or down by that is told of
 * at the end: what it does may be a move of its own. They come in pairs, which may be within each other.
 */
void router_begin_move(struct router *router);
void router_end_move(struct router *router);

/*
 * Moves all devices that follow. To the guest: once all are grabbed and resynced; what is held is nobody's
 * until it is released. To the host: before they are ungrabbed; releases all the guest holds through them. No
 * change is no action.
 */
void router_switch(struct router *router, enum input_side side);
enum input_side router_side(const struct router *router);

/* The same for one device that does not follow. */
void router_assign(struct router_device *device, enum input_side side);
