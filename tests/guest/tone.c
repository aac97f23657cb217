/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/tone: with whole numbers for rate and frequency a sine repeats exactly after rate / gcd(rate, hz)
 * frames, one second at most. That loop is made once, sample by sample on the FPU; playing it is then
 * copying, which costs next to nothing even in an emulator inside an emulator, and has neither a phase jump
 * nor an accumulated error.
 */
#include "guest/memory.h"
#include "guest/tone.h"

#define TWO_PI       6.283185307179586476925
#define MINUS_ONE_DB 0.891250938133745529953

static int32_t wave[TONE_RATE_MAX]; /* one loop of one channel, full 32-bit scale */
static uint8_t pcm[TONE_RATE_MAX * TONE_FRAME_MAX];
static uint32_t pcm_length, pcm_position;

static uint32_t greatest_common_divisor(uint32_t a, uint32_t b) {
        while (b) {
                uint32_t rest = a % b;
                a = b;
                b = rest;
        }
        return a;
}

static double sine(double angle) {
        double result;
        __asm__("fsin" : "=t"(result) : "0"(angle));
        return result;
}

static int32_t nearest(double value) {
        int32_t result;
        __asm__("fistpl %0" : "=m"(result) : "t"(value) : "st");
        return result;
}

/* Scaled to the sample width before it is rounded: a 16-bit sample is not a truncated 32-bit one. */
static void make_wave(const struct tone *tone, uint32_t frames, uint32_t step) {
        double amplitude = (double)(0x7fffffff >> (32 - tone->bits));
        uint32_t phase = 0;
        for (int level = tone->level; level < 0; level++)
                amplitude *= MINUS_ONE_DB;
        for (uint32_t i = 0; i < frames; i++) {
                wave[i] = nearest(amplitude * sine(TWO_PI * phase / frames));
                phase = (phase + step) % frames;
        }
}

static uint8_t *put_sample(uint8_t *at, int32_t sample, unsigned bytes) {
        for (unsigned i = 0; i < bytes; i++)
                *at++ = (uint8_t)((uint32_t)sample >> (8 * i));
        return at;
}

void tone_start(const struct tone *tone) {
        uint32_t divisor = greatest_common_divisor(tone->rate, tone->hz);
        uint32_t frames = tone->rate / divisor;
        uint8_t *at = pcm;
        make_wave(tone, frames, tone->hz / divisor);
        for (uint32_t i = 0; i < frames; i++)
                for (uint32_t c = 0; c < tone->channels; c++)
                        at = put_sample(at, wave[tone->distinct ? i * (c + 1) % frames : i], tone->bits / 8);
        pcm_length = (uint32_t)(at - pcm);
        pcm_position = 0;
}

void tone_copy(uint8_t *to, uint32_t length) {
        while (length > 0) {
                uint32_t part = pcm_length - pcm_position;
                if (part > length)
                        part = length;
                memcpy(to, pcm + pcm_position, part);
                pcm_position = (pcm_position + part) % pcm_length;
                to += part;
                length -= part;
        }
}
