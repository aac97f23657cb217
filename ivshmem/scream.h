/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/scream: what Scream's Windows driver writes into shared memory, read as if an enemy had written it.
 *
 * Pure: no clock, no file, no allocation. The caller copies the 24 header bytes once and everything here
 * works on that copy; a cursor follows the write index through successive copies and says which bytes to read
 * next. None of the ranges it gives lies past the file, up to the driver's own overshoot (see
 * scream_decode()).
 *
 * Source: duncanthrax/scream 73a2005, Scream/ivshmemsavedata.{h,cpp}. Not thread-safe; no state but the
 * cursor.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/pcm.h"

#define SCREAM_HEADER_SIZE 24u
#define SCREAM_CHUNK_USEC  20000u /* every chunk is exactly this long, in the guest's time */

enum scream_verdict {
        SCREAM_VALID,
        SCREAM_EMPTY, /* no magic: no driver yet, or it has closed its stream */
        SCREAM_ALIEN, /* somebody else's magic */
        SCREAM_BAD_OFFSET,
        SCREAM_BAD_BITS,
        SCREAM_BAD_CHANNELS,
        SCREAM_BAD_CHUNK,
        SCREAM_BAD_RATE,
        SCREAM_BAD_RING,
        SCREAM_BAD_INDEX,
};

struct scream_header {
        struct pcm_format format; /* the rate is chunk_size's: the header's own cannot express them all */
        uint32_t chunk_size;      /* bytes */
        uint32_t chunk_frames;
        uint16_t max_chunks;
        uint16_t write_index; /* of the newest complete chunk; the first one after init is 1, not 0 */
        uint8_t offset;       /* of chunk 0 */
};

/*
 * FILE_SIZE bytes hold the ring. As the driver forgets the header when it divides the region into chunks, the
 * last one may stick out by up to OFFSET bytes; that is let pass, and reads as silence. *ret only if valid.
 */
enum scream_verdict scream_decode(struct scream_header *ret, const uint8_t bytes[static SCREAM_HEADER_SIZE],
                                  uint64_t file_size);

/* "its write index lies outside of its ring": completes a sentence about the file. Static. */
const char *scream_verdict_to_string(enum scream_verdict verdict);

enum scream_event {
        SCREAM_NOTHING, /* no new chunk */
        SCREAM_MORE,    /* new chunks to read */
        SCREAM_LAPPED,  /* new chunks, some already overwritten: all the ring but its edge is unread */
        SCREAM_ENDED,   /* the header is empty now; what was unread can still be read */
        SCREAM_CHANGED, /* another stream has begun: the cursor has not moved, scream_cursor_close() it */
        SCREAM_BROKEN,  /* no header at all (see .verdict): ignored */
};

enum scream_cursor_state {
        SCREAM_UNKNOWN, /* nothing seen yet: a header found now may be a dead guest's */
        SCREAM_CLOSED,  /* no stream; whatever header comes is new, its chunks unread */
        SCREAM_OPEN,
};

/* Zero-initialised is SCREAM_UNKNOWN. */
struct scream_cursor {
        enum scream_cursor_state state;
        enum scream_verdict verdict; /* on the last header seen */
        struct scream_header header; /* latched; .write_index is the newest seen */
        uint64_t published;          /* chunks since the stream began, as far as it was seen */
        uint32_t unread;             /* of these; the one partly read included */
        uint32_t frame;              /* how much of the oldest unread chunk has been read */
        uint64_t moved;              /* when write_index last moved */
};

/* Takes a copy of the header made at NOW (microseconds, any monotonic clock, always the same one). */
enum scream_event scream_cursor_update(struct scream_cursor *cursor,
                                       const uint8_t bytes[static SCREAM_HEADER_SIZE], uint64_t file_size,
                                       uint64_t now);

/* Forgets the stream: the next valid header is a new one. */
void scream_cursor_close(struct scream_cursor *cursor);

/* Frames published and unread, and the most that there can be before the guest writes over them. */
uint32_t scream_cursor_fill(const struct scream_cursor *cursor);
uint32_t scream_cursor_capacity(const struct scream_cursor *cursor);

struct scream_range {
        uint64_t offset; /* in the file */
        uint32_t size;   /* bytes */
        uint32_t frames;
};

/* The next unread bytes, at most FRAMES frames, contiguous; false if there are none. */
bool scream_cursor_next(const struct scream_cursor *cursor, uint32_t frames, struct scream_range *ret);

/*
 * Whether the next unread bytes are still those of the cursor's stream, now that it is over and BYTES is the
 * header: the stream that follows fills the same memory from the start.
 */
bool scream_cursor_survives(const struct scream_cursor *cursor,
                            const uint8_t bytes[static SCREAM_HEADER_SIZE], uint64_t file_size);

/* Marks the oldest FRAMES frames as read; no more than there are. */
void scream_cursor_take(struct scream_cursor *cursor, uint32_t frames);

/* Marks the oldest frames as read until no more than KEEP remain; returns how many that were. */
uint32_t scream_cursor_skip(struct scream_cursor *cursor, uint32_t keep);
