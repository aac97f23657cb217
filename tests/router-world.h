/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/router-world: a desktop, a guest and a kernel's evdev nodes around the real router and takeover. The
 * hardware is told what the user does; whatever the two sides get to see is remembered, checked and, if there
 * is a trace, written down. router-node.c plays the kernel, router-world.c us and the guest.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "input/router.h"
#include "input/takeover.h"

#define NODES_MAX   4
#define QUEUE_MAX   512
#define HOTKEYS_MAX 8

struct world;

enum deed {
        DO_NOTHING,
        DO_TO_HOST,
        DO_TO_GUEST,
        DO_PANIC,
};

struct node {
        struct world *world;
        char name[16];
        bool plugged, grabbed;
        bool follows; /* the toggle; or has a side of its own */
        bool bitmap;  /* its driver reports all keys each time, as HID does, not edges */
        bool deaf;    /* its queue is full */
        bool busy;    /* somebody else has grabbed it */
        unsigned epoch;
        struct keys hardware, kernel, host; /* really down; down to the kernel; down to the desktop */
        struct router_value queue[QUEUE_MAX];
        size_t queued;
        struct router_device *route;
};

struct world {
        struct router *router;
        enum guest_path path;
        struct chord toggle;
        struct node nodes[NODES_MAX];
        uint64_t now, deadline;
        bool stopped;            /* the guest is: nothing can be switched to it */
        uint16_t guest[KEY_CNT]; /* down to the guest */
        FILE *trace;             /* may be NULL */
        unsigned switches, panics;
        int hotkeys_down;
        enum deed deeds[HOTKEYS_MAX][2]; /* what each hotkey does when it goes up, and down */
        bool busy;                       /* moving devices, or doing what a hotkey does */
        void (*race)(struct node *node); /* runs between any two steps of a takeover; may be NULL */
        const struct world_eyes *eyes;   /* see all that the sides see; may be NULL */
        void *userdata;
};

struct world_eyes {
        /* Bare releases left out. */
        void (*on_host)(const struct node *node, uint16_t code, bool down, void *userdata);
        void (*on_guest)(const struct router_value *values, size_t n, void *userdata);
        void (*on_hotkey)(unsigned index, bool down, void *userdata);
};

void world_init(struct world *world, const char *toggle);
void world_done(struct world *world);

struct node *world_plug(struct world *world, const char *name, const struct keys *held, bool follows);
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
/* Of a node that does not follow. */
int world_assign(struct node *node, enum input_side side);
/* We are killed, and start anew: with an empty router, and with sinks that outlived us. */
void world_kill(struct world *world);
/* Time goes by, and what is due in it is done. */
void world_wait(struct world *world, uint64_t usec);
void world_set_path(struct world *world, enum guest_path path);

/* Ends the test if a side holds a key that the user has let go, or that is none of its business. */
void world_check(const struct world *world);
const char *world_key_name(uint16_t code);

#define world_trace(world, ...)                                                                              \
        do {                                                                                                 \
                if ((world)->trace)                                                                          \
                        fprintf((world)->trace, __VA_ARGS__);                                                \
        } while (0)

/* Between the two. */
extern const struct takeover_ops node_ops;
/* The plug is pulled: the kernel releases the keys. */
void node_die(struct node *node);
