/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sound is found at its first audible sample; only silence is read to its end, and there is little of that:
 * a datagram or a chunk at a time.
 */
#include "ivshmem/silence.h"

#include <stdint.h>

#define CENTRE    0x80u       /* of 8-bit samples */
#define THRESHOLD (5 * 65536) /* 5 steps of 16 bits, in steps of 32 */

/* The sample of SIZE bytes at P in the upper bytes of 32 bits, so that one threshold fits every width. */
static int32_t scale_up(const uint8_t *p, size_t size) {
        uint32_t sample = 0;

        for (size_t i = 0; i < size; i++)
                sample |= (uint32_t)p[i] << 8 * (4 - size + i);
        return (int32_t)sample;
}

static bool all_centred(const uint8_t *p, size_t samples) {
        for (size_t i = 0; i < samples; i++) {
                if (p[i] != CENTRE)
                        return false;
        }
        return true;
}

bool silence_is(const void *samples, size_t frames, const struct pcm_format *format) {
        const uint8_t *p = samples;
        size_t size = format->bits / 8u, n = frames * format->channels;

        if (size == 1)
                return all_centred(p, n);
        for (size_t i = 0; i < n; i++) {
                int32_t sample = scale_up(p + i * size, size);

                if (sample >= THRESHOLD || sample <= -THRESHOLD)
                        return false;
        }
        return true;
}
