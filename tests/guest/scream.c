/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/scream: the header's quirks are the driver's own and deliberate here: the first chunk goes to index
 * 1, the chunk count ignores the header's length, a pin's close zeroes the header and leaves the PCM. The one
 * thing not imitated is a last chunk that would reach beyond the BAR: it is cut off there.
 */
#include <stddef.h>

#include "guest/clock.h"
#include "guest/io.h"
#include "guest/ivshmem.h"
#include "guest/memory.h"
#include "guest/scream.h"

#define MAGIC             0x11112014u
#define CHUNKS_PER_SECOND 50u
#define MILLION           1000000u
#define CHUNKS_AT_ONCE    64u /* then the rest of the guest has its turn */
#define PRICE             ((uint64_t)CLOCK_HZ * (MILLION / CHUNKS_PER_SECOND)) /* of a chunk, in credit */

struct header {
        uint32_t magic;
        uint16_t write_index;
        uint8_t offset;
        uint16_t max_chunks;
        uint32_t chunk_size;
        uint8_t rate;
        uint8_t bits;
        uint8_t channels;
        uint16_t mask;
};

_Static_assert(sizeof(struct header) == 24, "the driver's layout");
_Static_assert(offsetof(struct header, chunk_size) == 12, "the driver's layout");
_Static_assert(offsetof(struct header, mask) == 20, "the driver's layout");

static struct scream_status status;
static const struct ivshmem *device; /* valid while a pin is open */
static volatile struct header *header;
static uint64_t credit; /* guest time not yet turned into chunks, in millionths of a tick */

static uint8_t rate_byte(uint32_t rate) {
        return (uint8_t)(rate % 44100 ? rate / 48000 : 0x80 | rate / 44100);
}

static void write_header(void) {
        const struct tone *tone = &status.tone;
        memset(device->memory, 0, sizeof(*header));
        header->write_index = 0;
        header->offset = sizeof(*header);
        header->chunk_size = status.chunk_size;
        header->max_chunks = (uint16_t)status.max_chunks;
        header->rate = rate_byte(tone->rate);
        header->bits = (uint8_t)tone->bits;
        header->channels = (uint8_t)tone->channels;
        header->mask = (uint16_t)status.mask;
        compiler_barrier();
        header->magic = MAGIC;
}

const char *scream_open(const struct tone *tone, uint32_t mask) {
        const struct ivshmem *target = ivshmem_current();
        uint32_t chunk_size = tone->bits / 8 * tone->channels * tone->rate / CHUNKS_PER_SECOND;
        if (!target)
                return "no ivshmem";
        if ((target->size / chunk_size & 0xffff) < 2)
                return "ring too small for this format";

        scream_close();
        device = target;
        header = target->memory;
        status.tone = *tone;
        status.mask = mask;
        status.chunk_size = chunk_size;
        status.max_chunks = target->size / chunk_size & 0xffff;
        status.index = status.chunks = 0;
        status.open = true;
        status.paused = false;
        credit = 0;
        tone_start(tone);
        (void)clock_update(); /* the time that took belongs to no stream */
        write_header();
        return NULL;
}

void scream_close(void) {
        if (!status.open)
                return;
        memset(device->memory, 0, sizeof(*header));
        status.open = false;
}

void scream_pause(bool paused) {
        status.paused = paused;
}

void scream_mute(bool muted) {
        status.muted = muted;
}

void scream_skew(int ppm) {
        status.skew = ppm;
}

static void write_chunk(void) {
        uint32_t index = status.index + 1 < status.max_chunks ? status.index + 1 : 0;
        uint32_t start = sizeof(*header) + index * status.chunk_size;
        uint32_t room = device->size - start;
        uint8_t *to = (uint8_t *)device->memory + start;
        uint32_t length = room < status.chunk_size ? room : status.chunk_size;
        if (status.muted)
                memset(to, 0, length);
        else
                tone_copy(to, length);
        compiler_barrier(); /* the driver publishes a chunk only when all of it is there */
        header->write_index = (uint16_t)index;
        status.index = index;
        status.chunks++;
}

static bool running(void) {
        return status.open && !status.paused;
}

static uint32_t credit_per_tick(void) {
        return (uint32_t)((int)MILLION + status.skew);
}

void scream_run(uint64_t ticks) {
        if (!running())
                return;
        credit += ticks * credit_per_tick();
        for (unsigned i = 0; i < CHUNKS_AT_ONCE && credit >= PRICE; i++) {
                credit -= PRICE;
                write_chunk();
        }
}

uint64_t scream_next(void) {
        uint32_t remainder;
        if (!running())
                return CLOCK_HZ;
        return credit < PRICE ? divide(PRICE - credit, credit_per_tick(), &remainder) : 0;
}

const struct scream_status *scream_status(void) {
        return &status;
}
