/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* tests/wire: Scream's header, field by field as it goes into memory, and as the driver fills it in. */
#include <stdint.h>
#include <string.h>

#include "ivshmem/scream.h"

#define MIB (1u << 20)
#define SEC 1000000u

struct wire {
        uint32_t magic, chunk_size;
        uint16_t write_index, max_chunks, map;
        uint8_t offset, rate, bits, channels;
};

static inline void put(uint8_t bytes[static SCREAM_HEADER_SIZE], const struct wire *w) {
        memset(bytes, 0, SCREAM_HEADER_SIZE);
        for (int i = 0; i < 4; i++) {
                bytes[i] = (uint8_t)(w->magic >> 8 * i);
                bytes[12 + i] = (uint8_t)(w->chunk_size >> 8 * i);
        }
        for (int i = 0; i < 2; i++) {
                bytes[4 + i] = (uint8_t)(w->write_index >> 8 * i);
                bytes[8 + i] = (uint8_t)(w->max_chunks >> 8 * i);
                bytes[20 + i] = (uint8_t)(w->map >> 8 * i);
        }
        bytes[6] = w->offset;
        bytes[16] = w->rate;
        bytes[17] = w->bits;
        bytes[18] = w->channels;
}

/* As the driver's Initialize() fills it in. */
static inline struct wire driver(uint32_t rate, uint8_t bits, uint8_t channels, uint64_t size) {
        uint32_t chunk = bits / 8u * channels * rate / 50;

        return (struct wire){
                .magic = 0x11112014,
                .chunk_size = chunk,
                .max_chunks = (uint16_t)(size / chunk),
                .map = channels == 2 ? 3 : 0x63F,
                .offset = 24,
                .rate = (uint8_t)(rate % 44100 == 0 ? 128 + rate / 44100 : rate / 48000),
                .bits = bits,
                .channels = channels,
        };
}
