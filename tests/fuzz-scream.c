/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scream's header and cursor under arbitrary memory: the input is a file size and then one record after
 * another, each a header as it might be seen, how much later, and what the reader does next.
 */
#include "ivshmem/scream.h"

#include "tests/fuzz.h"

#define RECORD (SCREAM_HEADER_SIZE + 6)

/* What is promised about a cursor, whatever it was shown. */
static void check(const struct scream_cursor *cursor, uint64_t file_size) {
        struct scream_range range;
        uint32_t fill = scream_cursor_fill(cursor), capacity = scream_cursor_capacity(cursor);

        if (fill > capacity)
                __builtin_trap();
        if (scream_cursor_next(cursor, UINT32_MAX, &range) != (fill > 0))
                __builtin_trap();
        if (fill == 0)
                return;
        if (range.frames == 0 || range.frames > fill || range.offset < SCREAM_HEADER_SIZE)
                __builtin_trap();
        if (range.size != range.frames * pcm_frame_size(&cursor->header.format))
                __builtin_trap();
        if (range.offset + range.size > file_size + cursor->header.offset)
                __builtin_trap();
}

static void check_decoding(const uint8_t *bytes, uint64_t file_size) {
        struct scream_header header;
        enum scream_verdict verdict = scream_decode(&header, bytes, file_size);

        if (scream_verdict_to_string(verdict)[0] == '\0')
                __builtin_trap();
        if (verdict != SCREAM_VALID)
                return;
        if (header.format.rate < 8000 || header.format.rate > 384000 ||
            header.write_index >= header.max_chunks)
                __builtin_trap();
        if (header.chunk_frames * 50 != header.format.rate ||
            header.chunk_size != header.chunk_frames * pcm_frame_size(&header.format))
                __builtin_trap();
}

/* Reads, skips, closes, as the last bytes of a record say. */
static void act(struct scream_cursor *cursor, const uint8_t *p, uint64_t file_size) {
        uint32_t amount = (uint32_t)(p[1] | p[2] << 8) * 3;
        struct scream_range range;

        switch (p[0] & 7) {
        case 0:
                scream_cursor_skip(cursor, amount);
                break;
        case 1:
                scream_cursor_close(cursor);
                break;
        default:
                while (amount > 0 && scream_cursor_next(cursor, amount, &range)) {
                        check(cursor, file_size);
                        scream_cursor_take(cursor, range.frames);
                        amount -= range.frames;
                }
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct scream_cursor cursor = { 0 };
        uint64_t file_size, now = 0;

        if (size < 4)
                return 0;
        file_size = (uint64_t)data[0] << 20 | (uint64_t)data[1] << 12 | data[2] << 4 | data[3];
        for (data += 4, size -= 4; size >= RECORD; data += RECORD, size -= RECORD) {
                const uint8_t *p = data + SCREAM_HEADER_SIZE;

                now += (uint64_t)(p[3] | p[4] << 8) * (p[5] + 1u);
                check_decoding(data, file_size);
                (void)scream_cursor_update(&cursor, data, file_size, now);
                check(&cursor, file_size);
                act(&cursor, p, file_size);
                check(&cursor, file_size);
        }
        return 0;
}
