/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * guest/scream: plays the Windows driver: the same bytes in the same order, one chunk per 20 ms of guest
 * time. Its position lives here as the driver's lives in its own memory, so header bytes poked from elsewhere
 * do not disturb it.
 */
#include <stdbool.h>
#include <stdint.h>

#include "guest/tone.h"

struct scream_status {
        struct tone tone;
        uint32_t mask;
        uint32_t chunk_size, max_chunks;
        uint32_t index;  /* what the header's writeIdx says */
        uint32_t chunks; /* written since the stream was opened */
        int skew;
        bool open, paused, muted;
};

/* Opens a pin with the tone of TONE, closing the one before. Returns NULL, or why not. */
const char *scream_open(const struct tone *tone, uint32_t mask);
void scream_close(void);

/* The driver in PAUSE or STOP: the header stays, the write index freezes. */
void scream_pause(bool paused);

/* Silence instead of the tone; the stream goes on, as it does when Windows is muted. */
void scream_mute(bool muted);

/* Runs the chunk clock PPM faster (or slower) than guest time. */
void scream_skew(int ppm);

/* Writes the chunks that fell due in TICKS of guest time. */
void scream_run(uint64_t ticks);

/* Ticks of guest time until the next chunk is due; CLOCK_HZ while there is none to come. */
uint64_t scream_next(void);

const struct scream_status *scream_status(void);
