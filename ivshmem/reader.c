/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Latency control, plain: playing begins once TARGET frames are there, and one jump brings it back to TARGET
 * when it has fallen behind by LATE; a pull that finds too little lets the buffer fill up again. Between the
 * two the delay drifts with the clocks. The target is the time from one chunk to the next, what the graph
 * takes in the meantime, and the jitter of a guest whose timer ticks every 15.6 ms.
 *
 * The end of a stream is played out: only a pull that finds nothing left reports it, one graph cycle after
 * the last sample has gone, so that the sink is not torn down under it.
 */
#include "ivshmem/reader.h"

#include <unistd.h>

#define JITTER_USEC  10000u
#define LATE_USEC    150000u
#define STALLED_USEC 100000u /* a sound shorter than the target will not get longer by waiting */

void reader_init(struct reader *reader, int wake_fd) {
        *reader = (struct reader){ .wake_fd = wake_fd, .finished = true };
}

void reader_start(struct reader *reader, const struct region *region, const struct scream_cursor *cursor) {
        reader->region = region;
        reader->size = region_size(region);
        reader->cursor = *cursor;
        reader->filling = true;
        atomic_store(&reader->frames, 0);
        atomic_store(&reader->overruns, 0);
        atomic_store(&reader->underruns, 0);
        atomic_store(&reader->fill, scream_cursor_fill(cursor));
        atomic_store(&reader->finished, false);
}

static void count(_Atomic uint64_t *counter, uint64_t n) {
        atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static uint32_t frames_in(const struct reader *reader, uint32_t usec) {
        return (uint32_t)((uint64_t)reader->cursor.header.format.rate * usec / 1000000);
}

/* A small ring can hold less than we would like: then as much as it can, short of being lapped. */
static uint32_t target_fill(const struct reader *reader, size_t frames) {
        uint32_t capacity = scream_cursor_capacity(&reader->cursor);
        uint64_t target = reader->cursor.header.chunk_frames + (uint64_t)frames * 3 / 2 +
                          frames_in(reader, JITTER_USEC);

        return target < capacity ? (uint32_t)target : capacity;
}

static size_t finish(struct reader *reader) {
        uint64_t one = 1;
        ssize_t n;

        atomic_store(&reader->finished, true);
        /* Never blocks: the counter is nowhere near its limit. */
        n = write(reader->wake_fd, &one, sizeof(one));
        (void)n;
        return 0;
}

/* Brings the cursor up to date; false if the stream can be read no further. */
static bool look(struct reader *reader, uint64_t now, bool *ret_lapped) {
        uint8_t header[SCREAM_HEADER_SIZE];

        *ret_lapped = false;
        /* After the end, whatever comes next is the loop's to find: first play what is left. */
        if (reader->cursor.state != SCREAM_OPEN)
                return scream_cursor_fill(&reader->cursor) > 0;
        if (region_read(reader->region, header, sizeof(header), 0) != sizeof(header))
                return false;
        switch (scream_cursor_update(&reader->cursor, header, reader->size, now)) {
        case SCREAM_CHANGED:
                return false;
        case SCREAM_LAPPED:
                *ret_lapped = true;
                return true;
        case SCREAM_RESTARTED:
                reader->filling = true;
                return true;
        case SCREAM_NOTHING:
        case SCREAM_MORE:
        case SCREAM_ENDED:
        case SCREAM_BROKEN:
                return true;
        }
        return true;
}

/* True while the buffer fills up. */
static bool hold_back(struct reader *reader, uint32_t target, uint64_t now) {
        uint32_t fill = scream_cursor_fill(&reader->cursor);

        if (!reader->filling)
                return false;
        if (fill == 0)
                return true;
        reader->filling = fill < target && reader->cursor.state == SCREAM_OPEN &&
                          now - reader->cursor.moved < STALLED_USEC;
        return reader->filling;
}

static void catch_up(struct reader *reader, uint32_t target, bool lapped) {
        uint32_t fill = scream_cursor_fill(&reader->cursor);
        bool late = fill > target + frames_in(reader, LATE_USEC) ||
                    (fill > target && fill >= scream_cursor_capacity(&reader->cursor));

        if (!late && !lapped)
                return;
        (void)scream_cursor_skip(&reader->cursor, target);
        count(&reader->overruns, 1);
}

/* Frames copied, or -1 if the file has been cut off under the ring. */
static ssize_t copy(struct reader *reader, uint8_t *dst, uint32_t frames) {
        struct scream_range range;
        uint32_t done = 0;

        while (done < frames && scream_cursor_next(&reader->cursor, frames - done, &range)) {
                ssize_t n = region_read(reader->region, dst, range.size, range.offset);

                if (n < 0)
                        return -1;
                if ((uint32_t)n < range.size) {
                        /* The driver's last chunk may end past the file. Any other bytes must be there. */
                        if (range.offset + (uint32_t)n < reader->size)
                                return -1;
                        for (uint32_t i = (uint32_t)n; i < range.size; i++)
                                dst[i] = 0;
                }
                scream_cursor_take(&reader->cursor, range.frames);
                dst += range.size;
                done += range.frames;
        }
        return done;
}

size_t reader_read(struct reader *reader, void *dst, size_t frames, uint64_t now) {
        uint32_t target;
        bool lapped;
        ssize_t n;

        if (atomic_load(&reader->finished))
                return 0;
        if (frames > UINT32_MAX / 2)
                frames = UINT32_MAX / 2;
        if (!look(reader, now, &lapped))
                return finish(reader);
        target = target_fill(reader, frames);
        catch_up(reader, target, lapped);
        atomic_store_explicit(&reader->fill, scream_cursor_fill(&reader->cursor), memory_order_relaxed);
        if (hold_back(reader, target, now))
                return 0;

        n = copy(reader, dst, (uint32_t)frames);
        if (n < 0)
                return finish(reader);
        if ((size_t)n < frames && reader->cursor.state == SCREAM_OPEN) {
                count(&reader->underruns, 1);
                reader->filling = true;
        }
        count(&reader->frames, (uint64_t)n);
        return (size_t)n;
}
