/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/discovered: what is known of an evdev node without opening it. Pure.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/cleanup.h"

/* All strings are the owner's; no string is NULL. */
struct discovered {
        const char *path; /* /dev/input/eventN */
        const char *name; /* what the device calls itself */
        const char *phys; /* where it is plugged in: "usb-0000:00:14.0-2/input1"; "" if it does not say */
        const char *uniq; /* its serial number or radio address; mostly "" */
        const char *const *links; /* what udev has made to point to it; NULL-terminated, or NULL */
        uint16_t vendor, product;
        bool keyboard, mouse; /* as udev classified it */
        bool positions;       /* so too: joystick, tablet, touchpad or touchscreen */
        bool keys, motion;    /* has any key or button; any relative axis */
        bool ours;            /* a sink of some pillion */
};

/* A deep copy. -ENOMEM. */
int discovered_copy(struct discovered **ret, const struct discovered *from);
struct discovered *discovered_free(struct discovered *copy); /* accepts NULL, returns NULL */
DEFINE_CLEANUP(struct discovered, discovered_free);

/*
 * Whether both are nodes of one thing that the user plugged in: a receiver has one for the keyboard, one for
 * the mouse, one for media keys. Either the same serial number of the same product, or the same place without
 * the "/inputN" that tells nodes apart. What is no path says nothing: for Bluetooth it is the address of the
 * host's own adapter, for some programs' devices a constant.
 */
bool discovered_same_receiver(const struct discovered *a, const struct discovered *b);
