/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The driver increments its index (0 at init), copies a 20 ms chunk into that slot and then publishes the
 * index. Nothing counts laps and nothing marks a new stream of the same format: zero-to-magic takes it
 * microseconds, so a reader that looks from time to time sees only that the index has jumped. Time tells the
 * two apart: the guest publishes 50 chunks a second, so a jump forward by more than the time since the last
 * movement allows, to a slot near the start, is a restart. It does not matter to safety, only to whether
 * stale sound is played: an index in the ring is all that memory safety needs.
 */
#include "ivshmem/scream.h"

#include <assert.h>
#include <stddef.h>

#define MAGIC             0x11112014u
#define MIN_RATE          8000u
#define MAX_RATE          384000u
#define CHUNKS_PER_SECOND (1000000u / SCREAM_CHUNK_USEC)
/* Chunks that may come early: the guest's clock ticks in 15.6 ms and both sides are scheduled at will. */
#define SLACK 5u

static uint16_t le16(const uint8_t *p) {
        return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t le32(const uint8_t *p) {
        return le16(p) | (uint32_t)le16(p + 2) << 16;
}

/*
 * What the driver writes for RATE: base 44100 or 48000 times a multiplier. Rates that are no multiple of
 * either come out rounded (64000 as 48000, 47000 as 0), which is why the true rate is taken from the chunk's
 * size; but a byte that does not follow from that rate was not written by a driver.
 */
static uint8_t rate_byte(uint32_t rate) {
        return (uint8_t)(rate % 44100 == 0 ? 0x80 | rate / 44100 : rate / 48000);
}

static enum scream_verdict check_format(struct scream_header *header, uint8_t rate) {
        struct pcm_format *format = &header->format;
        uint32_t frame_size;

        if (format->bits != 8 && format->bits != 16 && format->bits != 24 && format->bits != 32)
                return SCREAM_BAD_BITS;
        if (format->channels < 1 || format->channels > 8)
                return SCREAM_BAD_CHANNELS;

        frame_size = pcm_frame_size(format);
        if (header->chunk_size == 0 || header->chunk_size % frame_size != 0)
                return SCREAM_BAD_CHUNK;
        header->chunk_frames = header->chunk_size / frame_size;
        if (header->chunk_frames > MAX_RATE / CHUNKS_PER_SECOND)
                return SCREAM_BAD_CHUNK;
        format->rate = header->chunk_frames * CHUNKS_PER_SECOND;
        if (format->rate < MIN_RATE || rate_byte(format->rate) != rate)
                return SCREAM_BAD_RATE;
        return SCREAM_VALID;
}

static enum scream_verdict check_ring(const struct scream_header *header, uint64_t file_size) {
        if (header->offset < SCREAM_HEADER_SIZE)
                return SCREAM_BAD_OFFSET;
        if (header->max_chunks < 2 || (uint64_t)header->max_chunks * header->chunk_size > file_size ||
            (uint64_t)header->offset + header->chunk_size > file_size)
                return SCREAM_BAD_RING;
        if (header->write_index >= header->max_chunks)
                return SCREAM_BAD_INDEX;
        return SCREAM_VALID;
}

enum scream_verdict scream_decode(struct scream_header *ret, const uint8_t bytes[static SCREAM_HEADER_SIZE],
                                  uint64_t file_size) {
        uint32_t magic = le32(bytes);
        struct scream_header header = {
                .write_index = le16(bytes + 4),
                .offset = bytes[6],
                .max_chunks = le16(bytes + 8),
                .chunk_size = le32(bytes + 12),
                .format = { .bits = bytes[17], .channels = bytes[18], .channel_mask = le16(bytes + 20) },
        };
        enum scream_verdict verdict;

        /* The driver zeroes the header, fills it in and stores the magic last: without it nothing counts. */
        if (magic == 0)
                return SCREAM_EMPTY;
        if (magic != MAGIC)
                return SCREAM_ALIEN;
        verdict = check_format(&header, bytes[16]);
        if (verdict != SCREAM_VALID)
                return verdict;
        verdict = check_ring(&header, file_size);
        if (verdict != SCREAM_VALID)
                return verdict;
        *ret = header;
        return SCREAM_VALID;
}

const char *scream_verdict_to_string(enum scream_verdict verdict) {
        switch (verdict) {
        case SCREAM_VALID:
                return "its header is valid";
        case SCREAM_EMPTY:
                return "no driver has written to it";
        case SCREAM_ALIEN:
                return "it does not begin with Scream's mark";
        case SCREAM_BAD_OFFSET:
                return "its ring begins inside of its header";
        case SCREAM_BAD_BITS:
                return "its sample size is not 8, 16, 24 or 32 bits";
        case SCREAM_BAD_CHANNELS:
                return "its number of channels is not 1 to 8";
        case SCREAM_BAD_CHUNK:
                return "its chunk size fits no sample rate";
        case SCREAM_BAD_RATE:
                return "its sample rate and its chunk size contradict each other";
        case SCREAM_BAD_RING:
                return "its ring does not fit the file";
        case SCREAM_BAD_INDEX:
                return "its write index lies outside of its ring";
        }
        return "its header is unknown";
}

/* The slot after the newest is being written to; one more is left alone as that may finish at any moment. */
static uint32_t most_unread(const struct scream_header *header) {
        return header->max_chunks > 3 ? header->max_chunks - 2u : header->max_chunks - 1u;
}

static uint32_t at_most(uint32_t value, uint32_t limit) {
        return value < limit ? value : limit;
}

static bool same_stream(const struct scream_header *a, const struct scream_header *b) {
        return pcm_equal(&a->format, &b->format) && a->chunk_size == b->chunk_size &&
               a->max_chunks == b->max_chunks && a->offset == b->offset;
}

/* The first slot ever written is 1, so a new header's WRITE_INDEX is also the number of its chunks. */
static void begin(struct scream_cursor *cursor, uint32_t unread, uint64_t now) {
        cursor->state = SCREAM_OPEN;
        cursor->unread = at_most(unread, most_unread(&cursor->header));
        cursor->published = cursor->unread;
        cursor->frame = 0;
        cursor->moved = now;
}

static enum scream_event latch(struct scream_cursor *cursor, const struct scream_header *header,
                               uint64_t now) {
        /* Seen for the first time, the chunks may be what a guest left behind when it was killed. */
        bool stale = cursor->state == SCREAM_UNKNOWN;

        cursor->header = *header;
        begin(cursor, stale ? 0 : header->write_index, now);
        return cursor->unread > 0 ? SCREAM_MORE : SCREAM_NOTHING;
}

static enum scream_event move(struct scream_cursor *cursor, uint16_t to, uint64_t now) {
        uint32_t max = cursor->header.max_chunks;
        uint32_t step = (to + max - cursor->header.write_index) % max;
        uint64_t plausible = (now - cursor->moved) / SCREAM_CHUNK_USEC + SLACK;

        if (step == 0)
                return SCREAM_NOTHING;
        if (step > plausible && to <= plausible)
                return SCREAM_CHANGED;
        cursor->header.write_index = to;
        cursor->moved = now;
        cursor->published += step;
        cursor->unread += step;
        if (cursor->unread <= most_unread(&cursor->header))
                return SCREAM_MORE;
        cursor->unread = most_unread(&cursor->header);
        cursor->frame = 0;
        return SCREAM_LAPPED;
}

enum scream_event scream_cursor_update(struct scream_cursor *cursor,
                                       const uint8_t bytes[static SCREAM_HEADER_SIZE], uint64_t file_size,
                                       uint64_t now) {
        struct scream_header header;
        bool was_open = cursor->state == SCREAM_OPEN;

        cursor->verdict = scream_decode(&header, bytes, file_size);
        if (cursor->verdict == SCREAM_VALID) {
                if (!was_open)
                        return latch(cursor, &header, now);
                if (!same_stream(&header, &cursor->header))
                        return SCREAM_CHANGED;
                return move(cursor, header.write_index, now);
        }
        if (cursor->verdict == SCREAM_EMPTY) {
                cursor->state = SCREAM_CLOSED;
                return was_open ? SCREAM_ENDED : SCREAM_NOTHING;
        }
        if (!was_open)
                cursor->state = SCREAM_CLOSED;
        return SCREAM_BROKEN;
}

void scream_cursor_close(struct scream_cursor *cursor) {
        cursor->state = SCREAM_CLOSED;
        cursor->unread = cursor->frame = 0;
        cursor->published = 0;
}

uint32_t scream_cursor_fill(const struct scream_cursor *cursor) {
        return cursor->unread * cursor->header.chunk_frames - cursor->frame;
}

uint32_t scream_cursor_capacity(const struct scream_cursor *cursor) {
        return cursor->header.chunk_frames ? most_unread(&cursor->header) * cursor->header.chunk_frames : 0;
}

bool scream_cursor_next(const struct scream_cursor *cursor, uint32_t frames, struct scream_range *ret) {
        const struct scream_header *header = &cursor->header;
        uint32_t frame_size = pcm_frame_size(&header->format);
        uint32_t slot, contiguous;

        frames = at_most(frames, scream_cursor_fill(cursor));
        if (frames == 0)
                return false;
        slot = (header->write_index + header->max_chunks + 1u - cursor->unread) % header->max_chunks;
        contiguous = (header->max_chunks - slot) * header->chunk_frames - cursor->frame;
        frames = at_most(frames, contiguous);
        *ret = (struct scream_range){
                .offset = header->offset + (uint64_t)slot * header->chunk_size +
                          (uint64_t)cursor->frame * frame_size,
                .size = frames * frame_size,
                .frames = frames,
        };
        return true;
}

bool scream_cursor_survives(const struct scream_cursor *cursor,
                            const uint8_t bytes[static SCREAM_HEADER_SIZE], uint64_t file_size) {
        struct scream_header next;
        struct scream_range range;

        if (!scream_cursor_next(cursor, UINT32_MAX, &range))
                return false;
        if (scream_decode(&next, bytes, file_size) != SCREAM_VALID)
                return true;
        /* It writes into slot 1 first, and into the one after its index at this moment. */
        return range.offset >= next.offset + (next.write_index + 2ull) * next.chunk_size;
}

void scream_cursor_take(struct scream_cursor *cursor, uint32_t frames) {
        uint32_t position;

        assert(frames <= scream_cursor_fill(cursor));
        if (frames == 0)
                return;
        position = cursor->frame + frames;
        cursor->unread -= position / cursor->header.chunk_frames;
        cursor->frame = position % cursor->header.chunk_frames;
}

uint32_t scream_cursor_skip(struct scream_cursor *cursor, uint32_t keep) {
        uint32_t fill = scream_cursor_fill(cursor);

        if (fill <= keep)
                return 0;
        scream_cursor_take(cursor, fill - keep);
        return fill - keep;
}
