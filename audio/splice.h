/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/splice: joins what does not belong together without a click.
 *
 * At a cut the sound goes from the last frame before it to what comes after within two milliseconds, be that
 * silence (it fades out) or sound after silence (it fades in) or a jump. Between cuts not a bit is changed.
 * Pure; not thread-safe.
 */
#include <stdint.h>

#include "core/pcm.h"

struct splice {
        struct pcm_format format;
        uint8_t last[8 * 4]; /* the last frame */
        uint32_t position;   /* frames since the cut */
        uint32_t length;
        uint8_t held[8 * 4]; /* the last frame before the cut */
};

/* Silence precedes. */
void splice_init(struct splice *splice, const struct pcm_format *format);

/* What comes next does not follow what came last. */
void splice_cut(struct splice *splice);

/* SAMPLES come next; changed in place while a cut is being bridged. */
void splice_apply(struct splice *splice, void *samples, uint32_t frames);
