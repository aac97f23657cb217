/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/analysis: what became of tests/bench/sound on its way. Pure.
 *
 * What coincides with a mark of the recording is counted apart, as set aside; latencies within one are left
 * out.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/bench/recording.h"

enum fault {
        FAULT_GAP,   /* silence of a millisecond or more inside of the sound */
        FAULT_CLICK, /* what follows does not continue the tone */
        FAULT_SKIP,  /* the guest's position jumps: frames are lost, or come twice */
        N_FAULTS,
};

struct fault_event {
        enum fault fault;
        struct span where;
        int64_t frames; /* of silence; skipped, negative: repeated; 0 for a click */
        bool set_aside;
};

struct faults {
        unsigned n[N_FAULTS], set_aside[N_FAULTS];
        double silence;             /* milliseconds in all gaps that are not set aside */
        struct fault_event *events; /* in no particular order */
        size_t n_events;
};

/* All faults between the first sound and the last. SKEW: by how many ppm the guest is fast. */
void faults_find(struct faults *ret, const struct recording *recording, double skew);
void faults_done(struct faults *faults);

/* Where the guest was at a frame of the recording, by the sawtooth. */
struct track_point {
        size_t frame;
        double position; /* frames of the guest, up to the sawtooth's period */
};

/* Reads the sawtooth in short windows, leaving out its wraps and whatever is broken. The caller frees it. */
struct track_point *track_read(const struct recording *recording, size_t *ret_n);

struct latency {
        size_t chunks;             /* that were measured */
        double p50, p99, min, max; /* milliseconds from a chunk's publication to its first sample */
        double wander;             /* how far the median of a second is from p50, at the most */
};

/* PUBLISHED: when chunk 0, 1, ... was, in nanoseconds as the recording's. All zero if there is no sound. */
void latency_measure(struct latency *ret, const struct recording *recording, const int64_t *published,
                     size_t n_published, double skew);

struct sinad {
        unsigned windows;     /* without a mark, and sounding */
        double median, worst; /* dB; 0 if there are none */
};

/*
 * The tone to all else from 20 Hz to 20 kHz, in windows of 32768 frames (0.7 s at 48 kHz). As tone counts
 * what is within 25 Hz of its peak: a clock that is followed makes it waver by some ppm, slowly, which is no
 * noise. An AES17 notch is wider.
 */
void sinad_measure(struct sinad *ret, const struct recording *recording);

/* At which frame; false if there is none. */
bool sound_begins(const struct recording *recording, size_t *ret);
