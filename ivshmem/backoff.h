/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/backoff: a guest that flips formats all day may not keep PipeWire busy: each short stream delays
 * the next one. Pure. Times are microseconds of one monotonic clock.
 */
#include <stdbool.h>
#include <stdint.h>

#define BACKOFF_SHORT_USEC 250000u /* streams shorter than this come ever more slowly, */
#define BACKOFF_MIN_USEC   10000u  /* from this */
#define BACKOFF_MAX_USEC   1000000u

struct backoff {
        uint64_t began; /* the stream */
        uint64_t delay;
        uint64_t until; /* no stream begins before */
};

static inline void backoff_stream_began(struct backoff *backoff, uint64_t now) {
        backoff->began = now;
}

static inline void backoff_stream_ended(struct backoff *backoff, uint64_t now) {
        if (now - backoff->began >= BACKOFF_SHORT_USEC)
                backoff->delay = 0;
        else if (backoff->delay == 0)
                backoff->delay = BACKOFF_MIN_USEC;
        else
                backoff->delay *= 2;
        if (backoff->delay > BACKOFF_MAX_USEC)
                backoff->delay = BACKOFF_MAX_USEC;
        backoff->until = now + backoff->delay;
}

static inline bool backoff_is_over(const struct backoff *backoff, uint64_t now) {
        return now >= backoff->until;
}
