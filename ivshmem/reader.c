/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of a stream is played out: only a look that finds nothing left reports it, one graph cycle after
 * the last sample has gone, so that the sink is not torn down under it. That holds for a stream that another
 * one has followed already, too, as long as that has not written over it.
 */
#include "ivshmem/reader.h"

#include <unistd.h>

#define FROZEN_USEC 500000u /* a busy guest hiccups for less; to begin anew costs more than the wait */

void reader_init(struct reader *reader, int wake_fd) {
        *reader = (struct reader){ .wake_fd = wake_fd, .finished = true };
}

void reader_start(struct reader *reader, const struct region *region, const struct scream_cursor *cursor,
                  uint64_t idle_frames) {
        reader->region = region;
        reader->size = region_size(region);
        reader->cursor = *cursor;
        reader->before = cursor->published - cursor->unread;
        reader->idle_frames = idle_frames;
        reader->silent = 0;
        reader->replaced = false;
        atomic_store(&reader->finished, false);
}

static bool finish(struct reader *reader) {
        uint64_t one = 1;
        ssize_t n;

        atomic_store(&reader->finished, true);
        /* Never blocks: the counter is nowhere near its limit. */
        n = write(reader->wake_fd, &one, sizeof(one));
        (void)n;
        return false;
}

/* Brings the cursor up to date; false if the stream can be read no further. */
static bool follow(struct reader *reader, uint64_t now, bool *ret_lapped) {
        uint8_t header[SCREAM_HEADER_SIZE];

        *ret_lapped = false;
        if (region_read(reader->region, header, sizeof(header), 0) != sizeof(header))
                return false;
        if (reader->replaced || reader->cursor.state != SCREAM_OPEN)
                return scream_cursor_survives(&reader->cursor, header, reader->size);
        switch (scream_cursor_update(&reader->cursor, header, reader->size, now)) {
        case SCREAM_CHANGED:
                reader->replaced = true;
                return scream_cursor_survives(&reader->cursor, header, reader->size);
        case SCREAM_LAPPED:
                *ret_lapped = true;
                return true;
        case SCREAM_NOTHING:
        case SCREAM_BROKEN:
                return now - reader->cursor.moved < FROZEN_USEC || scream_cursor_fill(&reader->cursor) > 0;
        case SCREAM_ENDED:
                return scream_cursor_fill(&reader->cursor) > 0;
        case SCREAM_MORE:
                return true;
        }
        return true;
}

bool reader_look(struct reader *reader, uint64_t now, struct feed_view *ret) {
        const struct scream_cursor *cursor = &reader->cursor;
        uint32_t grain = cursor->header.chunk_frames;
        bool lapped;

        if (atomic_load(&reader->finished))
                return false;
        if (!follow(reader, now, &lapped) ||
            (reader->idle_frames > 0 && reader->silent >= reader->idle_frames))
                return finish(reader);
        *ret = (struct feed_view){
                .published = (cursor->published - reader->before) * grain,
                .unread = scream_cursor_fill(cursor),
                .capacity = scream_cursor_capacity(cursor),
                .grain = grain,
                .jumped = lapped,
                .ended = reader->replaced || cursor->state != SCREAM_OPEN,
        };
        return true;
}

/* Bytes of RANGE copied to DST; false if the file has been cut off under the ring. */
static bool copy(const struct reader *reader, const struct scream_range *range, uint8_t *dst) {
        ssize_t n = region_read(reader->region, dst, range->size, range->offset);

        if (n < 0)
                return false;
        /* The driver's last chunk may end past the file. Any other bytes must be there. */
        if ((uint32_t)n < range->size && range->offset + (uint32_t)n < reader->size)
                return false;
        for (uint32_t i = (uint32_t)n; i < range->size; i++)
                dst[i] = 0;
        return true;
}

size_t reader_read(struct reader *reader, void *dst, size_t frames) {
        struct scream_range range;
        uint8_t *p = dst;
        uint32_t done = 0, wanted = frames < UINT32_MAX / 2 ? (uint32_t)frames : UINT32_MAX / 2;

        if (atomic_load(&reader->finished))
                return 0;
        while (done < wanted && scream_cursor_next(&reader->cursor, wanted - done, &range)) {
                if (!copy(reader, &range, p)) {
                        (void)finish(reader);
                        break;
                }
                if (!pcm_is_silent(p, range.frames, &reader->cursor.header.format))
                        reader->silent = 0;
                else
                        reader->silent += range.frames;
                scream_cursor_take(&reader->cursor, range.frames);
                p += range.size;
                done += range.frames;
        }
        return done;
}

void reader_skip(struct reader *reader, size_t frames) {
        uint32_t fill = scream_cursor_fill(&reader->cursor);

        if (!atomic_load(&reader->finished))
                scream_cursor_take(&reader->cursor, frames < fill ? (uint32_t)frames : fill);
}
