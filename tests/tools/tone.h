/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/tools/tone: what a recording of a test tone contains. Pure.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tone_pcm {
        uint32_t rate, channels;
        const uint8_t *samples; /* s16le, interleaved */
        size_t frames;
};

struct tone_verdict {
        double frequency, level, seconds;
        double noise; /* dB: what is not the tone, relative to it; the median over short windows */
        unsigned gaps;
        double longest, before; /* seconds: the longest gap, and the silence before the first sound */
};

/* Finds the samples in the 16-bit WAV file BYTES, which PCM then borrows. False: it is none. */
bool tone_parse_wav(struct tone_pcm *pcm, const uint8_t *bytes, size_t size);

/* False if there is no sound. */
bool tone_analyse(const struct tone_pcm *pcm, struct tone_verdict *ret);
