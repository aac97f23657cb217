/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram of arbitrary bytes, decoded and listened to. The input is the datagram. */
#include "ivshmem/datagram.h"

#include <string.h>

#include "core/pcm.h"
#include "tests/fuzz.h"

/* What is promised about a valid datagram of SIZE bytes. */
static void check(const struct datagram *datagram, size_t size) {
        const struct pcm_format *format = &datagram->format;

        MUST(format->rate >= 44100 && format->rate <= 384000);
        MUST(format->channels >= 1 && format->channels <= 8);
        MUST(format->bits == 8 || format->bits == 16 || format->bits == 24 || format->bits == 32);
        MUST(datagram->frames > 0 && size <= DATAGRAM_SIZE_MAX);
        MUST(datagram->offset + (size_t)datagram->frames * pcm_frame_size(format) == size);
}

/* Half of a silence is silent, zeros are, and zeros with one loud sample at the very end are not. */
static void check_silence(const struct datagram *datagram, uint8_t *samples) {
        const struct pcm_format *format = &datagram->format;
        bool silent = pcm_is_silent(samples, datagram->frames, format);
        size_t size = (size_t)datagram->frames * pcm_frame_size(format);

        MUST(pcm_is_silent(samples, 0, format));
        if (silent)
                MUST(pcm_is_silent(samples, datagram->frames / 2, format));
        memset(samples, format->bits == 8 ? 0x80 : 0, size);
        MUST(pcm_is_silent(samples, datagram->frames, format));
        samples[size - 1] ^= 0x40;
        MUST(!pcm_is_silent(samples, datagram->frames, format));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        static uint8_t samples[DATAGRAM_SIZE_MAX];
        struct datagram datagram;
        enum datagram_verdict verdict = datagram_decode(&datagram, data, size);

        MUST(datagram_verdict_to_string(verdict)[0] != '\0');
        if (verdict != DATAGRAM_VALID)
                return 0;
        check(&datagram, size);
        (void)pcm_is_silent(data + datagram.offset, datagram.frames, &datagram.format);
        memcpy(samples, data + datagram.offset, size - datagram.offset);
        check_silence(&datagram, samples);
        return 0;
}
