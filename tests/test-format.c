/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Windows' formats and guests' names, in PipeWire's words. */
#include "audio/format.h"
#include "audio/names.h"

#include <errno.h>

#include "tests/test.h"

static struct spa_audio_info_raw convert(uint8_t bits, uint8_t channels, uint16_t mask) {
        const struct pcm_format format = {
                .rate = 48000, .bits = bits, .channels = channels, .channel_mask = mask
        };
        struct spa_audio_info_raw info;

        CHECK_EQ(format_to_spa(&info, &format), 0);
        CHECK_EQ(info.rate, 48000);
        CHECK_EQ(info.channels, channels);
        return info;
}

#define POSITIONS(info, ...)                                                                                 \
        do {                                                                                                 \
                const uint32_t want_[] = { __VA_ARGS__ };                                                    \
                CHECK_EQ((info).channels, sizeof(want_) / sizeof(*want_));                                   \
                CHECK_EQ(memcmp((info).position, want_, sizeof(want_)), 0);                                  \
        } while (0)

#define P(name) SPA_AUDIO_CHANNEL_##name

static void test_masks(void) {
        POSITIONS(convert(16, 2, 0x3), P(FL), P(FR));
        POSITIONS(convert(16, 2, 0x600), P(SL), P(SR));
        POSITIONS(convert(16, 1, 0x4), P(MONO));
        POSITIONS(convert(16, 1, 0x1), P(FL));
        POSITIONS(convert(16, 4, 0x33), P(FL), P(FR), P(RL), P(RR));
        POSITIONS(convert(16, 4, 0x107), P(FL), P(FR), P(FC), P(RC));
        POSITIONS(convert(16, 6, 0x3F), P(FL), P(FR), P(FC), P(LFE), P(RL), P(RR));
        POSITIONS(convert(16, 6, 0x60F), P(FL), P(FR), P(FC), P(LFE), P(SL), P(SR));
        POSITIONS(convert(16, 8, 0xFF), P(FL), P(FR), P(FC), P(LFE), P(RL), P(RR), P(FLC), P(FRC));
        POSITIONS(convert(16, 8, 0x63F), P(FL), P(FR), P(FC), P(LFE), P(RL), P(RR), P(SL), P(SR));
}

static void test_masks_that_say_nothing(void) {
        POSITIONS(convert(16, 1, 0x3), P(MONO));
        POSITIONS(convert(16, 1, 0), P(MONO));
        POSITIONS(convert(16, 2, 0), P(FL), P(FR));
        POSITIONS(convert(16, 2, 0xF800), P(FL), P(FR));
        POSITIONS(convert(16, 4, 0x3), P(FL), P(FR), P(RL), P(RR));
        POSITIONS(convert(16, 8, 0x3), P(FL), P(FR), P(FC), P(LFE), P(RL), P(RR), P(SL), P(SR));
        POSITIONS(convert(16, 3, 0x3), P(AUX0), P(AUX1), P(AUX2));
        POSITIONS(convert(16, 5, 0), P(AUX0), P(AUX1), P(AUX2), P(AUX3), P(AUX4));
        for (unsigned channels = 1; channels <= 8; channels++)
                for (unsigned mask = 0; mask <= UINT16_MAX; mask++) {
                        struct spa_audio_info_raw info = convert(16, (uint8_t)channels, (uint16_t)mask);

                        for (unsigned i = 0; i < channels; i++)
                                CHECK(info.position[i] != SPA_AUDIO_CHANNEL_UNKNOWN);
                }
}

static void test_samples(void) {
        static const uint8_t bad[] = { 0, 7, 12, 64, 255 };
        struct pcm_format format = { .rate = 48000, .channels = 2 };
        struct spa_audio_info_raw info;

        CHECK_EQ(convert(8, 2, 3).format, SPA_AUDIO_FORMAT_U8);
        CHECK_EQ(convert(16, 2, 3).format, SPA_AUDIO_FORMAT_S16_LE);
        CHECK_EQ(convert(24, 2, 3).format, SPA_AUDIO_FORMAT_S24_LE);
        CHECK_EQ(convert(32, 2, 3).format, SPA_AUDIO_FORMAT_S32_LE);
        for (size_t i = 0; i < sizeof(bad); i++) {
                format.bits = bad[i];
                CHECK_EQ(format_to_spa(&info, &format), -EINVAL);
        }
        format = (struct pcm_format){ .rate = 48000, .bits = 16, .channels = 9 };
        CHECK_EQ(format_to_spa(&info, &format), -EINVAL);
        format.channels = 0;
        CHECK_EQ(format_to_spa(&info, &format), -EINVAL);
        format = (struct pcm_format){ .bits = 16, .channels = 2 };
        CHECK_EQ(format_to_spa(&info, &format), -EINVAL);
        CHECK_EQ(format_silence(&(struct pcm_format){ .bits = 8 }), 0x80);
        CHECK_EQ(format_silence(&(struct pcm_format){ .bits = 16 }), 0);
}

static void test_names(void) {
        static const struct {
                const char *guest, *display, *node;
        } names[] = {
                { "win10", "win10", "pillion.win10" },
                { "", "guest", "pillion.guest" },
                { "Win 11 (games)", "Win 11 (games)", "pillion.Win_11__games_" },
                { "a\"b'{c}\\\n\t\x7f", "a\"b'{c}\\___", "pillion.a_b__c_____" },
                { "Gr\xc3\xbc\xc3\x9f", "Gr\xc3\xbc\xc3\x9f", "pillion.Gr____" },
                { "bad\xff\xc3", "bad__", "pillion.bad__" },
                { "\xc0\xaf\xed\xa0\x80\xc2\x85", "_______",
                  "pillion._______" }, /* overlong, surrogate, control */
                { "\xf0\x9f\x8e\xae", "\xf0\x9f\x8e\xae", "pillion.____" },
        };
        char text[64], tiny[6];

        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
                names_display(text, sizeof(text), names[i].guest);
                CHECK_STR(text, names[i].display);
                names_node(text, sizeof(text), names[i].guest);
                CHECK_STR(text, names[i].node);
        }
        names_display(tiny, sizeof(tiny), "abc\xf0\x9f\x8e\xae"); /* not half a character */
        CHECK_STR(tiny, "abc");
}

int main(void) {
        test_masks();
        test_masks_that_say_nothing();
        test_samples();
        test_names();
        return 0;
}
