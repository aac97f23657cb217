/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every datagram that the driver can send is understood; every other one is refused, each for its reason. */
#include "ivshmem/datagram.h"

#include "tests/test.h"

#define PAYLOAD 1152u /* the driver's */

static enum datagram_verdict decode(struct datagram *ret, uint8_t rate, uint8_t bits, uint8_t channels,
                                    size_t payload) {
        uint8_t bytes[DATAGRAM_SIZE_MAX] = { rate, bits, channels, 0x3F, 0x06 };
        const struct datagram untouched = { { 1, 2, 3, 4 }, 5, 6 };
        enum datagram_verdict verdict;

        *ret = untouched;
        verdict = datagram_decode(ret, bytes, DATAGRAM_HEADER_SIZE + payload);
        if (verdict != DATAGRAM_VALID)
                CHECK(pcm_equal(&ret->format, &untouched.format) && ret->offset == 5 && ret->frames == 6);
        return verdict;
}

static void check_valid(uint8_t rate_byte, uint32_t rate, uint8_t bits, uint8_t channels) {
        uint32_t frame_size = bits / 8u * channels, payload = PAYLOAD / frame_size * frame_size;
        struct datagram datagram;

        CHECK_EQ(decode(&datagram, rate_byte, bits, channels, payload), DATAGRAM_VALID);
        CHECK_EQ(datagram.format.rate, rate);
        CHECK_EQ(datagram.format.bits, bits);
        CHECK_EQ(datagram.format.channels, channels);
        CHECK_EQ(datagram.format.channel_mask, 0x63F);
        CHECK_EQ(datagram.offset, DATAGRAM_HEADER_SIZE);
        CHECK_EQ(datagram.frames, payload / frame_size);
}

static void test_formats(void) {
        static const struct {
                uint8_t byte;
                uint32_t rate;
        } rates[] = {
                { 1, 48000 },    { 2, 96000 },    { 4, 192000 },    { 8, 384000 },
                { 0x81, 44100 }, { 0x82, 88200 }, { 0x84, 176400 }, { 0x88, 352800 },
        };

        for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
                for (uint8_t bits = 8; bits <= 32; bits += 8) {
                        for (uint8_t channels = 1; channels <= 8; channels++)
                                check_valid(rates[i].byte, rates[i].rate, bits, channels);
                }
        }
}

/* Of all values of one header byte, those that are taken. */
static void test_header_bytes(void) {
        struct datagram datagram;

        for (unsigned byte = 0; byte < 256; byte++) {
                bool rate = (byte & 0x7F) >= 1 && (byte & 0x7F) <= 8;
                bool bits = byte == 8 || byte == 16 || byte == 24 || byte == 32;
                bool channels = byte >= 1 && byte <= 8;

                CHECK_EQ(decode(&datagram, (uint8_t)byte, 16, 2, 1152),
                         rate ? DATAGRAM_VALID : DATAGRAM_BAD_RATE);
                CHECK_EQ(decode(&datagram, 1, (uint8_t)byte, 2, 1152),
                         bits ? DATAGRAM_VALID : DATAGRAM_BAD_BITS);
                CHECK_EQ(decode(&datagram, 1, 16, (uint8_t)byte, 1680),
                         channels ? DATAGRAM_VALID : DATAGRAM_BAD_CHANNELS);
        }
}

static void test_sizes(void) {
        uint8_t bytes[DATAGRAM_HEADER_SIZE + 1] = { 1, 16, 2, 3, 0, 0 };
        struct datagram datagram;

        for (size_t size = 0; size <= DATAGRAM_HEADER_SIZE; size++)
                CHECK_EQ(datagram_decode(&datagram, bytes, size), DATAGRAM_SHORT);
        CHECK_EQ(datagram_decode(&datagram, NULL, 0), DATAGRAM_SHORT);
        CHECK_EQ(datagram_decode(&datagram, bytes, sizeof(bytes)), DATAGRAM_BAD_PAYLOAD);

        CHECK_EQ(decode(&datagram, 1, 16, 2, 4), DATAGRAM_VALID);
        CHECK_EQ(datagram.frames, 1);
        for (size_t payload = 5; payload < 8; payload++)
                CHECK_EQ(decode(&datagram, 1, 16, 2, payload), DATAGRAM_BAD_PAYLOAD);
        CHECK_EQ(decode(&datagram, 1, 16, 2, 8), DATAGRAM_VALID);

        CHECK_EQ(decode(&datagram, 1, 8, 1, DATAGRAM_SIZE_MAX - DATAGRAM_HEADER_SIZE), DATAGRAM_VALID);
        CHECK_EQ(datagram.frames, DATAGRAM_SIZE_MAX - DATAGRAM_HEADER_SIZE);
        CHECK_EQ(decode(&datagram, 1, 8, 1, DATAGRAM_SIZE_MAX - DATAGRAM_HEADER_SIZE + 1), DATAGRAM_LONG);
        CHECK_EQ(datagram_decode(&datagram, bytes, SIZE_MAX), DATAGRAM_LONG);
}

static void test_words(void) {
        for (int v = DATAGRAM_VALID; v <= DATAGRAM_BAD_PAYLOAD; v++) {
                for (int w = DATAGRAM_VALID; w < v; w++)
                        CHECK(strcmp(datagram_verdict_to_string((enum datagram_verdict)v),
                                     datagram_verdict_to_string((enum datagram_verdict)w)) != 0);
        }
}

int main(void) {
        test_formats();
        test_header_bytes();
        test_sizes();
        test_words();
        return 0;
}
