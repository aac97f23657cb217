/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/reader: one stream in the ring as a feed (core/feed.h), for the thread that pulls.
 *
 * Threads: reader_start() on the loop's thread while nobody reads; reader_look(), reader_read() and
 * reader_skip() on one other thread. What they share is one flag, and an eventfd that becomes readable when
 * the stream has come to its end; then the cursor is the loop's again. No lock, no allocation, no log: one
 * pread a look, one or two a read.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/feed.h"
#include "ivshmem/region.h"
#include "ivshmem/scream.h"

struct reader {
        const struct region *region; /* borrowed; open while we read */
        uint64_t size;               /* of the region, which does not change while it is open */
        struct scream_cursor cursor;
        uint64_t before;      /* chunks published before the reader's first look */
        uint64_t idle_frames; /* of silence that end the stream; 0: none do */
        uint64_t silent;      /* frames of silence read in a row */
        bool replaced;        /* another stream has begun in the ring; ours is played to its end */
        int wake_fd;          /* the eventfd, borrowed */
        atomic_bool finished; /* nothing more will come */
};

/* A reader that has finished. */
void reader_init(struct reader *reader, int wake_fd);

/* Reads from where CURSOR, which is open, stands. */
void reader_start(struct reader *reader, const struct region *region, const struct scream_cursor *cursor,
                  uint64_t idle_frames);

/*
 * NOW: microseconds of the clock that CURSOR was updated with. The stream is over when it has been read to
 * the end of what the guest closed, when nothing has moved for half a second, after IDLE_FRAMES of silence,
 * and when the file has been cut off under it.
 */
bool reader_look(struct reader *reader, uint64_t now, struct feed_view *ret);
size_t reader_read(struct reader *reader, void *dst, size_t frames);
void reader_skip(struct reader *reader, size_t frames);
