/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audio/splice.h"

#include <string.h>

#include "audio/format.h"

#define CUTS_PER_SECOND 500u /* one takes 2 ms: short enough for a gap, long enough not to click */

void splice_init(struct splice *splice, const struct pcm_format *format) {
        uint32_t length = format->rate / CUTS_PER_SECOND + 1;

        *splice = (struct splice){ .format = *format, .position = length, .length = length };
        memset(splice->last, format_silence(format), sizeof(splice->last));
}

void splice_cut(struct splice *splice) {
        memcpy(splice->held, splice->last, sizeof(splice->held));
        splice->position = 0;
}

static void blend(const struct splice *splice, uint8_t *frame) {
        unsigned bits = splice->format.bits, bytes = bits / 8;

        for (unsigned at = 0; at < bytes * splice->format.channels; at += bytes) {
                int64_t before = pcm_get(splice->held + at, (uint8_t)bits);
                int64_t after = pcm_get(frame + at, (uint8_t)bits);

                after = before + (after - before) * splice->position / splice->length;
                pcm_put(frame + at, (uint8_t)bits, (int32_t)after);
        }
}

void splice_apply(struct splice *splice, void *samples, uint32_t frames) {
        uint32_t size = pcm_frame_size(&splice->format);
        uint8_t *p = samples;

        if (frames == 0)
                return;
        for (uint32_t i = 0; i < frames && splice->position < splice->length; i++, splice->position++)
                blend(splice, p + (size_t)i * size);
        memcpy(splice->last, p + (size_t)(frames - 1) * size, size);
}
