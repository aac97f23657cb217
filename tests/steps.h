/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* tests/steps: what may happen to the input, as data: made up at random, and written down as test-router.c
 * reads it. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct oracle;

struct step {
        enum step_kind {
                STEP_PLUG,   /* CODE, unless 0, is down already */
                STEP_UNPLUG, /* with whatever is down */
                STEP_KEY,    /* CODE goes down (1), up (0) or repeats (2) */
                STEP_MOVE,   /* CODE (REL_*) by VALUE */
                STEP_OVERFLOW,
                STEP_RECOVER,
                STEP_BUSY,   /* VALUE: somebody else has grabbed it, or no longer */
                STEP_ASSIGN, /* of a device that does not follow: to the guest (VALUE) or the host */
                STEP_SWITCH, /* to the guest (VALUE) or the host, by command */
                STEP_WAIT,   /* VALUE milliseconds */
                STEP_STOPPED,
                STEP_PATH, /* VALUE: enum guest_path */
                STEP_KILL, /* we die, and a new one of us starts */
                STEP_KINDS,
        } kind;
        uint8_t slot; /* which device */
        bool unread;  /* it stays in the device's queue until the next event of the device is read */
        bool unended; /* of motion: the end of its frame is still to come */
        bool follows; /* of a device that is plugged in */
        uint16_t code;
        int32_t value;
};

/* Makes up the next step, one that makes sense now. STATE is the random generator's. */
struct step step_random(const struct oracle *oracle, uint64_t *state);
/* One after which less is down, or not read yet. */
struct step step_towards_rest(const struct oracle *oracle);
/* Whether it makes sense: a device that is not there cannot be pulled out. */
bool step_makes_sense(const struct step *step, const struct oracle *oracle);
void step_print(const struct step *step, FILE *file);
/* "d0" and so on */
void step_device_name(char name[8], unsigned slot);
