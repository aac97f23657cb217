/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/chord: keys that mean something when they are down together. Pure.
 * Names are the kernel's (linux/input-event-codes.h), with or without KEY_ or BTN_, in any case; a name that
 * is both, such as "left", is the key, and "mouse:left" the button. "%277" is the key of that number.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/keys.h"

#define CHORD_KEYS_MAX 8

struct chord {
        unsigned n; /* 0: a chord that is never completed */
        uint16_t keys[CHORD_KEYS_MAX];
};

/* Brings all input home; no configuration can take it away. */
extern const struct chord chord_panic;

/* "leftctrl+rightctrl"; blanks around names are allowed. -EINVAL: unknown, missing or repeated name, or more
 * than CHORD_KEYS_MAX. */
int chord_parse(struct chord *ret, const char *text);

/* Writes the name of CODE as chord_parse() takes it: "f13", "mouse:side", "%584" if it has none. */
void chord_key_name(char *buf, size_t size, uint16_t code);

bool chord_has(const struct chord *chord, uint16_t code);

/* Whether both have the same keys, in whatever order. */
bool chord_equal(const struct chord *a, const struct chord *b);

/* Whether every key of the chord is in HELD. */
bool chord_held(const struct chord *chord, const struct keys *held);

/* Whether CODE, going down while HELD are down, is the last key the chord waited for. */
bool chord_completed_by(const struct chord *chord, uint16_t code, const struct keys *held);
