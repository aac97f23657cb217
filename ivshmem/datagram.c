/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ivshmem/datagram.h"

#define MAX_RATE 384000u /* as in shared memory; the byte alone could say 6 MHz */

/* 0 if no driver writes this. */
static uint32_t decode_rate(uint8_t byte) {
        uint32_t rate = (byte & 0x80 ? 44100u : 48000u) * (byte & 0x7Fu);

        return rate <= MAX_RATE ? rate : 0;
}

enum datagram_verdict datagram_decode(struct datagram *ret, const uint8_t *bytes, size_t size) {
        struct pcm_format format;
        uint32_t payload;

        if (size <= DATAGRAM_HEADER_SIZE)
                return DATAGRAM_SHORT;
        if (size > DATAGRAM_SIZE_MAX)
                return DATAGRAM_LONG;
        payload = (uint32_t)size - DATAGRAM_HEADER_SIZE;
        format = (struct pcm_format){
                .rate = decode_rate(bytes[0]),
                .bits = bytes[1],
                .channels = bytes[2],
                .channel_mask = (uint16_t)(bytes[3] | bytes[4] << 8),
        };
        if (format.rate == 0)
                return DATAGRAM_BAD_RATE;
        if (format.bits != 8 && format.bits != 16 && format.bits != 24 && format.bits != 32)
                return DATAGRAM_BAD_BITS;
        if (format.channels < 1 || format.channels > 8)
                return DATAGRAM_BAD_CHANNELS;
        if (payload % pcm_frame_size(&format) != 0)
                return DATAGRAM_BAD_PAYLOAD;
        *ret = (struct datagram){
                .format = format,
                .offset = DATAGRAM_HEADER_SIZE,
                .frames = payload / pcm_frame_size(&format),
        };
        return DATAGRAM_VALID;
}

const char *datagram_verdict_to_string(enum datagram_verdict verdict) {
        switch (verdict) {
        case DATAGRAM_VALID:
                return "it is valid";
        case DATAGRAM_SHORT:
                return "it holds no samples";
        case DATAGRAM_LONG:
                return "it is longer than a network frame can be";
        case DATAGRAM_BAD_RATE:
                return "its sample rate is no multiple of 44100 or 48000 up to 384000";
        case DATAGRAM_BAD_BITS:
                return "its sample size is not 8, 16, 24 or 32 bits";
        case DATAGRAM_BAD_CHANNELS:
                return "its number of channels is not 1 to 8";
        case DATAGRAM_BAD_PAYLOAD:
                return "it ends in the middle of a frame";
        }
        return "it is unknown";
}
