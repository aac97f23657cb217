/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/datagram: what Scream's Windows driver sends over the network, read as if an enemy had sent it.
 *
 * A datagram is a header of five bytes (rate, bits, channels, channel mask) and whole frames. It carries
 * neither number nor time, so a lost one cannot be told. Pure: no clock, no socket, no state; any thread.
 *
 * Source: duncanthrax/scream, Scream/savedata.cpp; the driver's own payload is 1152 bytes.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/pcm.h"

#define DATAGRAM_HEADER_SIZE 5u
#define DATAGRAM_SIZE_MAX    8972u /* what a jumbo frame of 9000 bytes carries */

enum datagram_verdict {
        DATAGRAM_VALID,
        DATAGRAM_SHORT, /* no samples, or not even a whole header */
        DATAGRAM_LONG,
        DATAGRAM_BAD_RATE,
        DATAGRAM_BAD_BITS,
        DATAGRAM_BAD_CHANNELS,
        DATAGRAM_BAD_PAYLOAD, /* ends inside of a frame */
};

struct datagram {
        struct pcm_format format;
        uint32_t offset; /* of the samples */
        uint32_t frames; /* at least 1 */
};

/*
 * BYTES holds SIZE bytes, or the first DATAGRAM_HEADER_SIZE at least if SIZE is more than DATAGRAM_SIZE_MAX.
 * Only the header is read. *ret only if valid.
 */
enum datagram_verdict datagram_decode(struct datagram *ret, const uint8_t *bytes, size_t size);

/* "its number of channels is not 1 to 8": completes a sentence about the datagram. Static. */
const char *datagram_verdict_to_string(enum datagram_verdict verdict);
