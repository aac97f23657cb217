/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/recording: what was heard at a sink, frame by frame, when, and where the machine, not the
 * program under test, is to blame. Pure.
 *
 * A machine that is shared loses whole cycles of a graph. What happens close to such a loss says nothing
 * about a program: it is marked, and set aside by whatever is counted.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"

/* Frames from FROM to before TO. */
struct span {
        size_t from, to;
};

/* SIZE frames of one cycle of the graph; what lies between two cycles was lost, and reads as silence. */
struct cycle {
        size_t frame;
        uint32_t size;
        int64_t nsec;  /* of CLOCK_MONOTONIC: when the first of them is at the sink, by the graph's clock */
        int64_t woken; /* when the recorder was given them */
};

struct recording {
        uint32_t rate, channels;
        float *samples; /* interleaved */
        size_t frames;
        struct cycle *cycles;
        size_t n_cycles;
        struct span *marks; /* by recording_mark(); may overlap */
        size_t n_marks;
};

void recording_done(struct recording *recording);
#define _cleanup_recording_ _cleanup_(recording_done)

static inline float recording_at(const struct recording *recording, size_t frame, uint32_t channel) {
        return recording->samples[frame * recording->channels + channel];
}

/* When FRAME was at the sink, and which frame was there at NSEC; both for times within the recording. */
int64_t recording_nsec(const struct recording *recording, size_t frame);
size_t recording_frame(const struct recording *recording, int64_t nsec);

/* Sets aside what comes from BEFORE milliseconds before FROM until AFTER milliseconds after TO. */
void recording_mark(struct recording *recording, size_t from, size_t to);
bool recording_is_marked(const struct recording *recording, size_t from, size_t to);

/* Marks the cycles that the recorder did not see, or was woken for when they were over; returns how many. */
unsigned recording_mark_lost(struct recording *recording);

/* Seconds that are set aside. */
double recording_set_aside(const struct recording *recording);
