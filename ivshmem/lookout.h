/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/lookout: follows the ring while nobody plays it, for the first sound in it. On the loop's thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "ivshmem/region.h"
#include "ivshmem/scream.h"

/* Zero-initialised knows nothing: what it sees first may be a dead guest's. */
struct lookout {
        struct scream_cursor cursor;
        uint8_t header[SCREAM_HEADER_SIZE]; /* as last seen */
};

/* Brings the cursor up to date with REGION, which is READY; false if that has been cut off. */
bool lookout_look(struct lookout *lookout, const struct region *region, uint64_t now);

/* Whether there are unread chunks. Unless SILENCE_COUNTS as well, what silence comes first is dropped. */
bool lookout_hears(struct lookout *lookout, const struct region *region, bool silence_counts);
