/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/hotkey: what one hotkey waits for, and how that is written. Pure.
 *
 *         keys    = chord { "|" chord }
 *         chord   = key { "+" key } [ gesture ]
 *         gesture = "hold=" time | "double=" time     time as parse_span() takes it
 *
 * The order of a chord's keys means nothing: the last one to go down completes it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/chord.h"

#define HOTKEY_TRIGGERS_MAX 6

enum hotkey_gesture {
        GESTURE_PRESS,
        GESTURE_HOLD,   /* once the chord has been complete for a while */
        GESTURE_DOUBLE, /* when it is completed twice within a while */
};

struct hotkey_trigger {
        struct chord chord;
        enum hotkey_gesture gesture;
        uint64_t usec; /* of hold or double */
};

/* On which side the input has to be; bits. */
enum hotkey_when {
        WHEN_HOST = 1 << 0,
        WHEN_GUEST = 1 << 1,
        WHEN_ANY = WHEN_HOST | WHEN_GUEST,
};

struct hotkey {
        struct hotkey_trigger triggers[HOTKEY_TRIGGERS_MAX]; /* any of them */
        size_t n_triggers;
        enum hotkey_when when;
        bool pass;              /* the guest sees the key that completes the chord, too */
        bool lasting;           /* does something for as long as it is held, such as push-to-talk */
        uint64_t release_delay; /* microseconds that it stays down after its keys have gone up */
        uint64_t longest;       /* microseconds that it may be down; 0: for ever */
};

/* Fills in the triggers. -EINVAL: no such key, gesture or time; -E2BIG: too many alternatives. */
int hotkey_parse(struct hotkey *ret, const char *text);

/* Whether the two could never be told apart: the same keys and gesture on the same side. */
bool hotkey_conflicts(const struct hotkey *a, const struct hotkey *b);
