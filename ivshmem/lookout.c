/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ivshmem/lookout.h"

#define PIECE 4096u
#define PIECES                                                                                               \
        512u /* looked through at a time: ten times what the widest stream brings between two looks          \
              */

bool lookout_look(struct lookout *lookout, const struct region *region, uint64_t now) {
        uint64_t size = region_size(region);

        if (region_read(region, lookout->header, sizeof(lookout->header), 0) != sizeof(lookout->header))
                return false;
        if (scream_cursor_update(&lookout->cursor, lookout->header, size, now) == SCREAM_CHANGED) {
                scream_cursor_close(&lookout->cursor);
                (void)scream_cursor_update(&lookout->cursor, lookout->header, size, now);
        }
        return true;
}

bool lookout_hears(struct lookout *lookout, const struct region *region, bool silence_counts) {
        struct scream_cursor *cursor = &lookout->cursor;
        const struct pcm_format *format = &cursor->header.format;
        struct scream_range range;
        uint8_t bytes[PIECE];

        if (cursor->state != SCREAM_OPEN)
                return false;
        if (silence_counts)
                return scream_cursor_fill(cursor) > 0;
        for (unsigned i = 0; i < PIECES; i++) {
                if (!scream_cursor_next(cursor, PIECE / pcm_frame_size(format), &range))
                        return false;
                /* What does not come, at the very end of the file, is for the reader to judge. */
                if (region_read(region, bytes, range.size, range.offset) != range.size ||
                    !pcm_is_silent(bytes, range.frames, format))
                        return true;
                scream_cursor_take(cursor, range.frames);
        }
        return false;
}
