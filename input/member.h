/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/member: one device of the fleet, open and known to the router.
 *
 * Threads: the loop's. on_gone may free the member.
 */
#include <stdbool.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "input/desk.h"
#include "input/device.h"
#include "input/router.h"

struct member;

/* What all members of a fleet have in common. */
struct member_site {
        sd_event *loop;        /* borrowed, as all here */
        struct opener *opener; /* outlives the members */
        struct router *router; /* outlives the members */
        void (*on_gone)(struct member *member, void *userdata);
        void *userdata;
        /* What is pressed, for somebody who wants to know; usually NULL. */
        void (*on_key)(const char *device, uint16_t code, bool down, void *userdata);
        void *watcher;
};

struct member {
        const struct member_site *site; /* borrowed */
        struct member *next;            /* owner: the fleet's list */
        struct device *device;
        struct router_device *line; /* to the router */
        enum route route;
        bool keyboard, mouse; /* fit to be one: see device_types() and device_moves() */
        struct keys held;     /* between grab and resync */
};

/*
 * Opens NODE, on the host's side unless it follows. SITE must outlive it. Fails as device_open() does, and
 * with -EOPNOTSUPP for a device that VERDICT would have do what it cannot.
 */
int member_open(struct member **ret, const struct member_site *site, const struct discovered *node,
                const struct verdict *verdict);
struct member *member_free(struct member *member); /* accepts NULL, returns NULL */
DEFINE_CLEANUP(struct member, member_free);

/* Grabs it and, if it does not follow, assigns it to the guest; one that follows is the router's to switch.
 * Fails as device_grab() does. */
int member_grab(struct member *member);
/* Ungrabs it with UNGRAB (device_ungrab or device_undo_grab), after taking it from the guest if it does not
 * follow. device_restore_leds() comes last, when all are ungrabbed. */
void member_ungrab(struct member *member, void (*ungrab)(struct device *device, struct keys *ret_held));

/* The guest's lights, bits by LED_*, of which those in KNOWN are known. No action unless it is a keyboard and
 * grabbed. */
void member_light(struct member *member, unsigned long known, unsigned long leds);

/* Says that it is in use, and how. */
void member_log(const struct member *member);
struct input_device member_describe(const struct member *member);
/* "keyboard", "mouse" or "device". */
const char *member_kind(const struct member *member);
