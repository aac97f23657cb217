/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scream's header, as written by the driver and by a driver that lies. */
#include "ivshmem/scream.h"

#include "tests/test.h"
#include "tests/wire.h"

static enum scream_verdict decode(const struct wire *w, uint64_t size, struct scream_header *ret) {
        uint8_t bytes[SCREAM_HEADER_SIZE];

        put(bytes, w);
        return scream_decode(ret, bytes, size);
}

static void test_every_format(void) {
        static const uint32_t rates[] = { 44100,  48000, 88200, 96000,  176400,
                                          192000, 64000, 47000, 384000, 8000 };

        for (size_t r = 0; r < sizeof(rates) / sizeof(*rates); r++)
                for (uint8_t bits = 8; bits <= 32; bits += 8)
                        for (uint8_t channels = 1; channels <= 8; channels++)
                                for (uint64_t size = MIB; size <= 128 * MIB; size *= 2) {
                                        struct wire w = driver(rates[r], bits, channels, size);
                                        struct scream_header h;

                                        CHECK_EQ(decode(&w, size, &h), SCREAM_VALID);
                                        CHECK_EQ(h.format.rate, rates[r]);
                                        CHECK_EQ(h.format.bits, bits);
                                        CHECK_EQ(h.format.channels, channels);
                                        CHECK_EQ(h.chunk_frames, rates[r] / 50);
                                        CHECK_EQ(h.chunk_size, w.chunk_size);
                                        CHECK_EQ(h.max_chunks, w.max_chunks);
                                        CHECK_EQ(h.offset, 24);
                                }
}

static void test_known_bytes(void) {
        /* 48 kHz, 16 bit, stereo in 2 MiB, written out by hand. */
        static const uint8_t bytes[SCREAM_HEADER_SIZE] = {
                0x14, 0x20, 0x11, 0x11, 0x21, 0x02, 24, 0, 0x22, 0x02, 0, 0,
                0x00, 0x0f, 0,    0,    1,    16,   2,  0, 3,    0,    0, 0,
        };
        struct scream_header h;

        CHECK_EQ(scream_decode(&h, bytes, 2 * MIB), SCREAM_VALID);
        CHECK_EQ(h.write_index, 545);
        CHECK_EQ(h.max_chunks, 546);
        CHECK_EQ(h.chunk_size, 3840);
        CHECK_EQ(h.format.channel_mask, 3);
}

struct hostile {
        const char *what;
        enum scream_verdict verdict;
        struct wire w;
};

#define W(...)                                                                                               \
        {                                                                                                    \
                .magic = 0x11112014, .chunk_size = 3840, .max_chunks = 546, .map = 3, .offset = 24,          \
                .rate = 1, .bits = 16, .channels = 2, __VA_ARGS__                                            \
        }

static void test_hostile(void) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
        static const struct hostile cases[] = {
                { "good", SCREAM_VALID, W(.map = 3) },
                { "mask 0 is legal", SCREAM_VALID, W(.map = 0) },
                { "no magic", SCREAM_EMPTY, W(.magic = 0) },
                { "other magic", SCREAM_ALIEN, W(.magic = 0x14201111) },
                { "offset 0", SCREAM_BAD_OFFSET, W(.offset = 0) },
                { "offset inside header", SCREAM_BAD_OFFSET, W(.offset = 23) },
                { "offset 255", SCREAM_VALID, W(.offset = 255) },
                { "bits 0", SCREAM_BAD_BITS, W(.bits = 0) },
                { "bits 7", SCREAM_BAD_BITS, W(.bits = 7) },
                { "bits 17", SCREAM_BAD_BITS, W(.bits = 17) },
                { "bits 64", SCREAM_BAD_BITS, W(.bits = 64) },
                { "bits 255", SCREAM_BAD_BITS, W(.bits = 255) },
                { "channels 0", SCREAM_BAD_CHANNELS, W(.channels = 0) },
                { "channels 9", SCREAM_BAD_CHANNELS, W(.channels = 9) },
                { "channels 255", SCREAM_BAD_CHANNELS, W(.channels = 255) },
                { "chunk 0", SCREAM_BAD_CHUNK, W(.chunk_size = 0) },
                { "chunk 7", SCREAM_BAD_CHUNK, W(.chunk_size = 7) },
                { "chunk odd", SCREAM_BAD_CHUNK, W(.chunk_size = 3842) },
                { "chunk 4 GiB", SCREAM_BAD_CHUNK, W(.chunk_size = 0xfffffffc) },
                { "chunk 2 GiB", SCREAM_BAD_CHUNK, W(.chunk_size = 0x80000000) },
                { "chunk above 384 kHz", SCREAM_BAD_CHUNK, W(.chunk_size = 7684 * 4) },
                { "rate below 8 kHz", SCREAM_BAD_RATE, W(.chunk_size = 4, .rate = 0) },
                { "rate byte 0", SCREAM_BAD_RATE, W(.rate = 0) },
                { "rate byte 255", SCREAM_BAD_RATE, W(.rate = 255) },
                { "rate byte of 96000", SCREAM_BAD_RATE, W(.rate = 2) },
                { "rate byte of 44100", SCREAM_BAD_RATE, W(.rate = 129) },
                { "max 0", SCREAM_BAD_RING, W(.max_chunks = 0) },
                { "max 1", SCREAM_BAD_RING, W(.max_chunks = 1) },
                { "max 2", SCREAM_VALID, W(.max_chunks = 2) },
                { "max one too many", SCREAM_BAD_RING, W(.max_chunks = 547) },
                { "max 65535", SCREAM_BAD_RING, W(.max_chunks = 65535) },
                { "index = max", SCREAM_BAD_INDEX, W(.write_index = 546) },
                { "index 65535", SCREAM_BAD_INDEX, W(.write_index = 65535) },
                { "index = max - 1", SCREAM_VALID, W(.write_index = 545) },
        };
#pragma GCC diagnostic pop
        struct scream_header untouched = { .chunk_size = 0xabad1dea }, h;

        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                h = untouched;
                printf("%s\n", cases[i].what);
                CHECK_EQ(decode(&cases[i].w, 2 * MIB, &h), cases[i].verdict);
                if (cases[i].verdict != SCREAM_VALID)
                        CHECK_EQ(h.chunk_size, untouched.chunk_size);
                CHECK(scream_verdict_to_string(cases[i].verdict)[0] != '\0');
        }
}

static void test_small_files(void) {
        struct wire w = driver(48000, 16, 2, 2 * MIB);
        struct scream_header h;

        w.max_chunks = 2;
        CHECK_EQ(decode(&w, 2 * 3840, &h), SCREAM_VALID); /* the driver's own overshoot: 24 bytes */
        CHECK_EQ(decode(&w, 2 * 3840 - 1, &h), SCREAM_BAD_RING);
        CHECK_EQ(decode(&w, 24, &h), SCREAM_BAD_RING);
        CHECK_EQ(decode(&w, 0, &h), SCREAM_BAD_RING);
}

int main(void) {
        test_every_format();
        test_known_bytes();
        test_hostile();
        test_small_files();
        return 0;
}
