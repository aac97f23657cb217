/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/pcm: what a stream of samples looks like; the word that ivshmem and audio, blind to each other, share.
 * Samples are little-endian integers, interleaved; signed, but for those of 8 bits. Pure.
 * Source: WAVEFORMATEXTENSIBLE, as Scream's driver fills it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pcm_format {
        uint32_t rate;         /* frames per second */
        uint8_t bits;          /* of one sample: 8, 16, 24 (packed in three bytes) or 32 */
        uint8_t channels;      /* 1 to 8 */
        uint16_t channel_mask; /* KSAUDIO speaker bits, lowest first = channel order; 0: the driver did not
                                  say */
};

static inline uint32_t pcm_frame_size(const struct pcm_format *format) {
        return (uint32_t)format->bits / 8 * format->channels;
}

static inline bool pcm_equal(const struct pcm_format *a, const struct pcm_format *b) {
        return a->rate == b->rate && a->bits == b->bits && a->channels == b->channels &&
               a->channel_mask == b->channel_mask;
}

/* One sample as if it had 32 bits, and back, rounded towards minus infinity. BITS as in struct pcm_format. */
int32_t pcm_get(const uint8_t *sample, uint8_t bits);
void pcm_put(uint8_t *sample, uint8_t bits, int32_t value);

/* Nothing that anybody could hear, though perhaps not all zeros. Returns at the first sound. */
bool pcm_is_silent(const void *samples, size_t frames, const struct pcm_format *format);
