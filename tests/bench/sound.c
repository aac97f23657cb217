/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/sound.h"

#include <math.h>

#define CHUNKS 64u

uint32_t sound_period(uint32_t rate) {
        return CHUNKS * (rate / 50);
}

/* Rounded to the width it will be cut to: what is cut off otherwise is a shift of all of it. */
static int32_t quantise(double value, uint8_t bits) {
        return (int32_t)(llround(value * (double)((1u << (bits - 1)) - 1)) * (1ll << (32 - bits)));
}

void sound_make(const struct pcm_format *format, uint64_t frame, int32_t *samples, void *userdata) {
        uint32_t period = sound_period(format->rate);
        double tone = sin(2 * M_PI * SOUND_TONE * (double)(frame % format->rate) / format->rate);

        samples[0] = quantise(SOUND_AMPLITUDE * tone, format->bits);
        if (format->channels > 1)
                samples[1] =
                        quantise(SOUND_SLOPE * (2.0 * (double)(frame % period) / period - 1), format->bits);
}
