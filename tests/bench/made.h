/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/made: a mouse and a keyboard that are not there, and the device that a bare relay writes to.
 * Tests' manners: what fails, fails the process.
 */
#include <stddef.h>
#include <stdint.h>

enum made_kind {
        MADE_MOUSE,
        MADE_KEYBOARD,
        MADE_SINK, /* with the abilities of pilliond's sink for the pointer, and a name by which it leaves it
                      alone */
};

/* A uinput device: it exists until the process ends. */
struct made {
        int fd;
        char node[64]; /* under /dev/input */
};

void made_make(struct made *made, enum made_kind kind);
/* Writes what makes one frame. */
void made_key(const struct made *made, uint16_t code, int32_t value);
/* Both Ctrl keys, down and up again; the time just before the second went down. */
int64_t made_toggle(const struct made *keyboard);

/* CLOCK_MONOTONIC. */
int64_t now_nsec(void);
