/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/producer: a guest that plays: Scream's driver on a clock of its own, which may go wrong.
 *
 * A chunk is published when its last sample is complete by the guest's clock, or at the next tick of the
 * guest's timer after that (Windows': 15.6 ms), and jitter later still. After a pause of the machine all that
 * has become due is published at once, as the driver's work item does. Tests' manners: what fails, fails the
 * test.
 *
 * Threads: one of its own publishes; the functions may be called from any one thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "core/pcm.h"
#include "tests/bench/recording.h"

#define PRODUCER_TIMES (1u << 17) /* chunks that are remembered: 43 minutes */

struct producer;

/*
 * Makes frame number FRAME, counted from the pin's opening: one value a channel, of which as many upper bits
 * are kept as FORMAT has.
 */
typedef void (*producer_sound_fn)(const struct pcm_format *format, uint64_t frame, int32_t *samples,
                                  void *userdata);

struct producer_options {
        const char *path; /* made if it is not there */
        size_t size;      /* of the file */
        double skew;      /* ppm that the guest's clock is fast */
        uint32_t tick;    /* microseconds between two ticks of the guest's timer; 0: it is exact */
        uint32_t jitter;  /* microseconds: up to so much later, at random */
        producer_sound_fn sound;
        void *userdata;
};

/* When a chunk should have been published by the options, and when it was: nanoseconds of CLOCK_MONOTONIC. */
struct producer_time {
        int64_t due, at;
};

struct producer *producer_new(const struct producer_options *options);
/* Leaves the header as it is, like a guest that is killed. */
struct producer *producer_free(struct producer *producer);
DEFINE_CLEANUP(struct producer, producer_free);

/* An open pin is closed first, as Windows does to change its format. Frames and times begin anew. */
void producer_open_pin(struct producer *producer, const struct pcm_format *format);
void producer_close_pin(struct producer *producer);

/* The guest stands still, and goes on with the next chunk 20 ms after it was resumed. */
void producer_freeze(struct producer *producer);
void producer_resume(struct producer *producer);

/* The times of the first *RET_N chunks since the pin was opened; valid until it is opened again. */
const struct producer_time *producer_times(struct producer *producer, size_t *ret_n);

/* Marks chunks that were published so late that the machine must have stood still; returns how many. */
unsigned producer_mark_late(struct producer *producer, struct recording *recording);
