/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* tests/steady: a feed of a guest on a perfect clock, which plays a tone from the first look at it on. */
#include <math.h>
#include <stdatomic.h>
#include <time.h>

#include "core/feed.h"
#include "tests/test.h"

#define TONE      441.5
#define AMPLITUDE 0.25

struct steady {
        struct pcm_format format;
        struct timespec began;
        uint64_t read; /* frames */
        atomic_bool stopped;
        atomic_uint pulled_when_stopped;
};

static inline double elapsed(const struct steady *guest) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (double)(now.tv_sec - guest->began.tv_sec) +
               (double)(now.tv_nsec - guest->began.tv_nsec) * 1e-9;
}

/* The data thread's: a guest on a perfect clock. */
static inline bool look(struct feed_view *ret, void *userdata) {
        struct steady *guest = userdata;
        uint32_t grain = guest->format.rate / 50;

        if (guest->stopped)
                guest->pulled_when_stopped++;
        if (guest->began.tv_sec == 0)
                clock_gettime(CLOCK_MONOTONIC, &guest->began);
        *ret = (struct feed_view){ .grain = grain, .capacity = grain * 200 };
        ret->published = (uint64_t)(elapsed(guest) * 50) * grain;
        if (ret->published > guest->read + ret->capacity) { /* the machine, or PipeWire, was away */
                guest->read = ret->published - ret->capacity;
                ret->jumped = true;
        }
        ret->unread = (uint32_t)(ret->published - guest->read);
        return true;
}

static inline size_t read_frames(void *dst, size_t frames, void *userdata) {
        struct steady *guest = userdata;
        size_t bytes = guest->format.bits / 8;
        uint8_t *p = dst;

        for (size_t i = 0; i < frames; i++, guest->read++) {
                double phase = fmod((double)guest->read * TONE / guest->format.rate, 1);
                int32_t value = (int32_t)(AMPLITUDE * sin(2 * M_PI * phase) * INT32_MAX);

                for (unsigned channel = 0; channel < guest->format.channels; channel++, p += bytes)
                        pcm_put(p, guest->format.bits, value);
        }
        return frames;
}

static inline void skip(size_t frames, void *userdata) {
        struct steady *guest = userdata;

        guest->read += frames;
}
