/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What measures is measured: recordings of our own making, perfect ones and ones with one fault each, of
 * which neither more nor fewer may be found.
 */
#include <math.h>

#include "tests/bench/analysis.h"
#include "tests/bench/sound.h"
#include "tests/test.h"

#define RATE    48000u
#define QUANTUM 512u
#define SECONDS 8u
#define CHUNK   960u
#define DELAY   1700u /* frames from the publication of a chunk to its first sample */
#define START   3000000000000ll

/* What the guest's frame number AT is, in the sound that the guest makes; false: silence. */
typedef bool (*bend_fn)(size_t frame, double *at);

static bool straight(size_t frame, double *at) {
        return true;
}

static bool with_gaps(size_t frame, double *at) {
        return frame % 96000 < 95900; /* 2.1 ms every two seconds, in which the guest goes on */
}

static bool with_underruns(size_t frame, double *at) {
        *at -= (double)(frame / 96000) * 480;
        return frame % 96000 >= 480 || frame < 96000;
}

static bool with_one_frame_less(size_t frame, double *at) {
        *at += frame >= 100000;
        return true;
}

/* A loss that the tone does not show: it has 20 periods a chunk. */
static bool with_a_chunk_less(size_t frame, double *at) {
        *at += frame >= 100000 ? CHUNK : 0;
        return true;
}

static bool with_a_chunk_twice(size_t frame, double *at) {
        *at -= frame >= 100000 ? CHUNK : 0;
        return true;
}

/* A tenth of a frame: a resampler that has lost its phase. */
static bool with_a_shift(size_t frame, double *at) {
        *at += frame >= 100000 ? 0.1 : 0;
        return true;
}

/* And one that has lost little of it, where the tone is at its peak and it shows least. */
static bool with_a_small_shift(size_t frame, double *at) {
        *at += frame >= 100044 ? 0.03 : 0;
        return true;
}

static bool fast(size_t frame, double *at) {
        *at *= 1.0005;
        return true;
}

static double saw(double at) {
        double period = sound_period(RATE);

        return SOUND_SLOPE * (2 * fmod(at + 1000 * period, period) / period - 1);
}

static double round_to(double value, unsigned bits) {
        return round(value * ((1u << (bits - 1)) - 1)) / ((1u << (bits - 1)) - 1);
}

static double gain = 1;

static struct recording make(bend_fn bend, double noise) {
        struct recording recording = { .rate = RATE, .channels = 2, .frames = (size_t)SECONDS * RATE };
        uint32_t random = 1;

        recording.samples = calloc(recording.frames, 2 * sizeof(float));
        recording.n_cycles = recording.frames / QUANTUM;
        recording.cycles = calloc(recording.n_cycles, sizeof(*recording.cycles));
        CHECK(recording.samples && recording.cycles);
        for (size_t i = 0; i < recording.n_cycles; i++) {
                int64_t nsec = START + (int64_t)(i * QUANTUM) * 1000000000ll / RATE;

                recording.cycles[i] = (struct cycle){ i * QUANTUM, QUANTUM, nsec, nsec + 11000000 };
        }
        for (size_t i = 0; i < recording.frames; i++) {
                double at = (double)i;

                random = random * 1664525 + 1013904223;
                if (!bend(i, &at))
                        continue;
                recording.samples[2 * i] =
                        (float)(round_to(gain * SOUND_AMPLITUDE * sin(2 * M_PI * SOUND_TONE * at / RATE),
                                         16) +
                                noise * ((double)random / UINT32_MAX - 0.5));
                recording.samples[2 * i + 1] = (float)round_to(gain * saw(at), 16);
        }
        return recording;
}

static void expect_faults(bend_fn bend, double skew, unsigned gaps, unsigned clicks, unsigned skips,
                          int64_t frames) {
        _cleanup_recording_ struct recording recording = make(bend, 0);
        struct faults faults;

        faults_find(&faults, &recording, skew);
        CHECK_EQ(faults.n[FAULT_GAP], gaps);
        CHECK_EQ(faults.n[FAULT_CLICK], clicks);
        CHECK_EQ(faults.n[FAULT_SKIP], skips);
        for (size_t i = 0; i < faults.n_events; i++)
                if (faults.events[i].fault == FAULT_SKIP)
                        CHECK_EQ(faults.events[i].frames, frames);
        faults_done(&faults);
}

static void test_faults(void) {
        expect_faults(straight, 0, 0, 0, 0, 0);
        expect_faults(fast, 500, 0, 0, 0, 0);
        expect_faults(fast, 0, 0, 0, 0, 0);
        expect_faults(with_gaps, 0, 3, 0, 3, 100); /* what was to be heard meanwhile is lost */
        expect_faults(with_underruns, 0, 3, 0, 0, 0);
        expect_faults(with_one_frame_less, 0, 0, 1, 0, 0);
        expect_faults(with_a_chunk_less, 0, 0, 0, 1, CHUNK);
        expect_faults(with_a_chunk_twice, 0, 0, 0, 1, -(int64_t)CHUNK);
        expect_faults(with_a_shift, 0, 0, 1, 0, 0);
        expect_faults(with_a_small_shift, 0, 0, 1, 0, 0);
        gain = 0.9999;
        expect_faults(fast, 500, 0, 0, 0, 0);
        gain = 1;
}

static void test_marks(void) {
        _cleanup_recording_ struct recording recording = make(with_gaps, 0);
        struct cycle *late = recording.cycles + 95900 / QUANTUM;
        struct faults faults;

        recording_mark_lost(&recording);
        CHECK_EQ(recording.n_marks, 0);
        late->woken += 20000000;
        recording_mark_lost(&recording);
        CHECK_EQ(recording.n_marks, 1);
        CHECK(fabs(recording_set_aside(&recording) - 0.31) < 0.03);
        faults_find(&faults, &recording, 0);
        CHECK_EQ(faults.n[FAULT_GAP], 2);
        CHECK_EQ(faults.set_aside[FAULT_GAP], 1);
        faults_done(&faults);

        late[100].frame++; /* as if one frame before it had been lost */
        late[100].size--;
        recording_mark_lost(&recording);
        CHECK_EQ(recording.n_marks, 2);
        CHECK(recording_is_marked(&recording, late[100].frame, late[100].frame + 1));
        CHECK(!recording_is_marked(&recording, 0, 1000));
}

/* As if chunk K had been published DELAY before its first frame was heard. */
static void expect_latency(bend_fn bend, double skew, double p50, double wander) {
        _cleanup_recording_ struct recording recording = make(bend, 0);
        int64_t published[SECONDS * 51];
        size_t n = sizeof(published) / sizeof(*published);
        struct latency latency;

        for (size_t i = 0; i < n; i++)
                published[i] = START + ((int64_t)i * CHUNK - DELAY) * 1000000000ll / RATE;
        latency_measure(&latency, &recording, published, n, skew);
        printf("latency %.3f %.3f %.3f %.3f ms, wanders %.3f ms, %zu chunks\n", latency.min, latency.p50,
               latency.p99, latency.max, latency.wander, latency.chunks);
        CHECK(latency.chunks > SECONDS * 45 && latency.chunks <= SECONDS * 50 + 1);
        CHECK(fabs(latency.p50 - p50) < 0.02);
        CHECK(fabs(latency.wander - wander) < 0.3);
}

static void test_latency(void) {
        double delay = 1000.0 * DELAY / RATE;

        expect_latency(straight, 0, delay, 0);
        /* The guest is not faster here, but played faster: each second brings it 0.5 ms nearer. */
        expect_latency(fast, 500, delay - SECONDS / 2.0 * 0.5, SECONDS / 2.0 * 0.5);
        expect_latency(with_underruns, 0, delay + 10, 20);
        expect_latency(with_a_chunk_less, 0, delay - 20, 20);
}

static void expect_sinad(bend_fn bend, double noise, double median, double worst) {
        _cleanup_recording_ struct recording recording = make(bend, noise);
        struct sinad sinad;

        sinad_measure(&sinad, &recording);
        printf("sinad %.1f dB, worst %.1f dB, in %u windows\n", sinad.median, sinad.worst, sinad.windows);
        CHECK_EQ(sinad.windows, SECONDS * RATE / 16384 - 1);
        CHECK(fabs(sinad.median - median) < 1);
        CHECK(fabs(sinad.worst - worst) < 3);
}

static bool wavering(size_t frame, double *at) {
        *at += 50 * sin(2 * M_PI * (double)frame / RATE / 5); /* +-1300 ppm over five seconds */
        return true;
}

static void test_sinad(void) {
        double noise = 10 * log10(0.5 * SOUND_AMPLITUDE * SOUND_AMPLITUDE * 12 / 1e-6 * 24000 / 20000);

        expect_sinad(fast, 0, 93, 93); /* what 16 bits leave of half the scale */
        expect_sinad(straight, 1e-3, noise, noise);
        expect_sinad(wavering, 0, 93, 93);
        expect_sinad(with_a_shift, 0, 94, 55);
}

int main(void) {
        test_faults();
        test_marks();
        test_latency();
        test_sinad();
        return 0;
}
