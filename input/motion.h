/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/motion: pointer motion and wheels in the portions that a guest understands. Pure.
 * Sources: QEMU ui/input-linux.c (a wheel event of any size is one click), virtio-win vioinput (motion is one
 * signed byte a frame, and clamped).
 */
#include <stddef.h>
#include <stdint.h>

#include "input/codes.h"

struct router_value;

/* What is left to send of one frame. All zero: nothing. */
struct motion {
        int32_t x, y, wheel, hwheel;
};

/* The most values one portion has. */
#define MOTION_VALUES 4

/* Adds an EV_REL event. Codes that no guest understands, high-resolution wheels among them, are dropped: the
 * kernel always reports REL_WHEEL too. */
void motion_add(struct motion *motion, uint16_t code, int32_t value);

/* Takes the next portion for a guest on PATH, at most MOTION_VALUES of one frame, off MOTION; 0: nothing is
 * left. */
size_t motion_next(struct motion *motion, enum guest_path path, struct router_value *values);
