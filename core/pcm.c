/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/pcm.h"

/* Scream's driver's own idea of silence (minstream.cpp): what rounds to 16 bits may dither the last ones. */
#define LOUD_FROM (5 << 16) /* of 32 bits */

int32_t pcm_get(const uint8_t *sample, uint8_t bits) {
        switch (bits) {
        case 8:
                return (int32_t)((uint32_t)(sample[0] ^ 0x80) << 24);
        case 16:
                return (int32_t)((uint32_t)sample[0] << 16 | (uint32_t)sample[1] << 24);
        case 24:
                return (int32_t)((uint32_t)sample[0] << 8 | (uint32_t)sample[1] << 16 |
                                 (uint32_t)sample[2] << 24);
        default:
                return (int32_t)((uint32_t)sample[0] | (uint32_t)sample[1] << 8 | (uint32_t)sample[2] << 16 |
                                 (uint32_t)sample[3] << 24);
        }
}

void pcm_put(uint8_t *sample, uint8_t bits, int32_t value) {
        uint32_t u = (uint32_t)value;

        if (bits == 8) {
                sample[0] = (uint8_t)(u >> 24 ^ 0x80);
                return;
        }
        for (unsigned byte = 0; byte < bits / 8u; byte++)
                sample[byte] = (uint8_t)(u >> (32 - bits + 8 * byte));
}

bool pcm_is_silent(const void *samples, size_t frames, const struct pcm_format *format) {
        const uint8_t *p = samples;
        size_t n = frames * format->channels;
        unsigned bytes = format->bits / 8u;

        for (; n > 0; n--, p += bytes) {
                int32_t value = pcm_get(p, format->bits);

                if (value >= LOUD_FROM || value <= -LOUD_FROM)
                        return false;
        }
        return true;
}
