/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/router-world: a desktop, a guest and a kernel's evdev nodes around the real router and takeover. The
 * hardware is told what the user does; whatever the two sides get to see is remembered, checked and, if there
 * is a trace, written down.
 *
 * The kernel's part, after drivers/input/{input,evdev}.c: a key event that changes nothing is no event; a
 * grab hides events from the host and releases nothing; an injected event is one like any other; reading the
 * state drops the key events that were queued.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "input/router.h"

#define NODES_MAX 4
#define QUEUE_MAX 512

struct world;

struct node {
        struct world *world;
        char name[16];
        bool plugged, grabbed;
        bool bitmap; /* its driver reports all keys each time, as HID does, not edges */
        bool deaf;   /* its queue is full */
        bool busy;   /* somebody else has grabbed it */
        unsigned epoch;
        struct keys hardware, kernel, host; /* really down; down to the kernel; down to the desktop */
        struct router_value queue[QUEUE_MAX];
        size_t queued;
        struct router_device *route;
};

struct world {
        struct router *router;
        enum guest_path path;
        struct node nodes[NODES_MAX];
        uint64_t now, deadline;
        bool stopped;            /* the guest is: nothing can be switched to it */
        uint16_t guest[KEY_CNT]; /* down to the guest */
        FILE *trace;             /* may be NULL */
        unsigned switches, panics;
        int hotkeys_down;
        void (*race)(struct node *node); /* runs between any two steps of a takeover; may be NULL */
};

void world_init(struct world *world, const char *toggle);
void world_done(struct world *world);

struct node *world_plug(struct world *world, const char *name, const struct keys *held);
void world_unplug(struct node *node);

/* What the user does; world_deliver() makes us read it. */
void world_key(struct node *node, uint16_t code, int32_t value);
void world_rel(struct node *node, uint16_t code, int32_t value);
void world_syn(struct node *node);
void world_deliver(struct node *node);
/* The queue overflows: what it held, and what comes until world_recover(), is lost. */
void world_overflow(struct node *node);
void world_recover(struct node *node);
int world_switch(struct world *world, enum input_side side);
/* Time goes by, and what is due in it is done. */
void world_wait(struct world *world, uint64_t usec);
void world_set_path(struct world *world, enum guest_path path);

/* Ends the test if a side holds a key that the user has let go, or that is none of its business. */
void world_check(const struct world *world);
const char *world_key_name(uint16_t code);
