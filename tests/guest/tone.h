/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/tone: a sine as ready-made PCM. */
#include <stdbool.h>
#include <stdint.h>

#define TONE_RATE_MAX  192000u
#define TONE_FRAME_MAX 32u /* 8 channels of 32 bits */

struct tone {
        uint32_t rate;
        uint32_t hz;
        unsigned bits; /* 16, 24 (packed) or 32, signed little-endian */
        unsigned channels;
        int level;     /* of the peak, in dB below full scale: 0, -1, -2, ... */
        bool distinct; /* channel c sounds at hz * (c + 1) */
};

/* Starts a new tone at phase zero. */
void tone_start(const struct tone *tone);

/* Copies the next LENGTH bytes; the phase carries on from call to call. */
void tone_copy(uint8_t *to, uint32_t length);
