/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where silence ends: the loudest sample that is silent and the quietest that is not, at every width. */
#include "core/pcm.h"

#include <stdint.h>

#include "tests/test.h"

#define FRAMES 7u

/* FRAMES frames of zeros but for one sample, at an address that suits no type; the last one counts too. */
static bool silent_with(uint8_t bits, uint8_t channels, size_t index, int32_t value) {
        const struct pcm_format format = { 48000, bits, channels, 0 };
        uint8_t bytes[FRAMES * 8 * 4 + 2], *samples = bytes + 1;
        size_t size = bits / 8u, used = FRAMES * pcm_frame_size(&format);

        memset(bytes, 0x55, sizeof(bytes));
        memset(samples, bits == 8 ? 0x80 : 0, used);
        for (size_t i = 0; i < size; i++)
                samples[index * size + i] = (uint8_t)((uint32_t)value >> 8 * i);
        return pcm_is_silent(samples, FRAMES, &format);
}

static void check_threshold(uint8_t bits, int32_t quietest) {
        for (uint8_t channels = 1; channels <= 8; channels++) {
                for (size_t index = 0; index < (size_t)FRAMES * channels; index++) {
                        CHECK(silent_with(bits, channels, index, 0));
                        CHECK(silent_with(bits, channels, index, quietest - 1));
                        CHECK(silent_with(bits, channels, index, 1 - quietest));
                        CHECK(!silent_with(bits, channels, index, quietest));
                        CHECK(!silent_with(bits, channels, index, -quietest));
                }
        }
}

static void test_threshold(void) {
        check_threshold(16, 5);
        check_threshold(24, 5 << 8);
        check_threshold(32, 5 << 16);
}

static void test_full_scale(void) {
        CHECK(!silent_with(16, 2, 3, INT16_MAX));
        CHECK(!silent_with(16, 2, 3, INT16_MIN));
        CHECK(!silent_with(24, 2, 3, 0x7FFFFF));
        CHECK(!silent_with(24, 2, 3, -0x800000));
        CHECK(!silent_with(32, 2, 3, INT32_MAX));
        CHECK(!silent_with(32, 2, 3, INT32_MIN));
}

static void test_unsigned(void) {
        CHECK(silent_with(8, 2, 13, 0x80));
        CHECK(!silent_with(8, 2, 13, 0x81));
        CHECK(!silent_with(8, 2, 13, 0x7F));
        CHECK(!silent_with(8, 2, 0, 0));
        CHECK(!silent_with(8, 1, 6, 0xFF));
}

static void test_nothing(void) {
        const struct pcm_format format = { 48000, 16, 2, 3 };

        CHECK(pcm_is_silent("\xFF\x7F", 0, &format));
}

int main(void) {
        test_threshold();
        test_full_scale();
        test_unsigned();
        test_nothing();
        return 0;
}
