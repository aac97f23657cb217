/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/pcm: what a stream of samples looks like; the one word that ivshmem and audio, blind to each other,
 * share. Samples are signed little-endian integers, interleaved. Source: WAVEFORMATEXTENSIBLE, as Scream's
 * driver fills it.
 */
#include <stdbool.h>
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
