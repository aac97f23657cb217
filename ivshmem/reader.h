/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/reader: hands a stream's samples to the thread that pulls them, about as late as is safe.
 *
 * Threads: reader_start() on the loop's thread while nobody reads; reader_read() on one other thread; the
 * rest anywhere at any time. What crosses is atomic, and an eventfd that becomes readable when the reader has
 * come to the stream's end. reader_read() takes no lock, allocates nothing, does not log: two or three preads
 * a call.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ivshmem/region.h"
#include "ivshmem/scream.h"

struct reader {
        /* The reading thread's, from reader_start() on. */
        const struct region *region; /* borrowed; open while we read */
        uint64_t size;               /* of the region, which does not change while it is open */
        struct scream_cursor cursor;
        bool filling; /* silent until there is enough to go on without a break */
        int wake_fd;  /* the eventfd, borrowed */

        /* Everybody's. */
        atomic_bool finished; /* nothing more will come */
        _Atomic uint64_t frames, overruns, underruns;
        _Atomic uint32_t fill;
};

void reader_init(struct reader *reader, int wake_fd);

/* Reads from where CURSOR stands. Counters begin at 0. */
void reader_start(struct reader *reader, const struct region *region, const struct scream_cursor *cursor);

/* NOW: microseconds of the clock that CURSOR was updated with. Returns the number of frames, 0..FRAMES. */
size_t reader_read(struct reader *reader, void *dst, size_t frames, uint64_t now);
