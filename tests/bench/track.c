/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Positions are counted in frames of the recording, whatever rate the guest plays at: the sawtooth is as long
 * in time at each.
 */
#include "tests/bench/analysis.h"

#include <math.h>

#include "tests/bench/sound.h"
#include "tests/test.h"

#define WINDOW  64u
#define CROOKED 2e-4 /* how far a sample may be from the line: seven frames, at 16 bits */

/* The mean of the window at FRAME, if it is part of the slope. */
static bool read_window(const struct recording *recording, size_t frame, double slope, double *ret) {
        double mean = 0;

        for (size_t i = 0; i < WINDOW; i++)
                mean += recording_at(recording, frame + i, 1);
        mean /= WINDOW;
        for (size_t i = 0; i < WINDOW; i++) {
                double line = mean + slope * ((double)i - (WINDOW - 1) / 2.0);

                if (fabs(recording_at(recording, frame + i, 1) - line) > CROOKED)
                        return false;
        }
        *ret = mean;
        /* A resampler rings before and after the wrap. */
        return fabs(mean) < SOUND_SLOPE - 2 * WINDOW * slope;
}

struct track_point *track_read(const struct recording *recording, size_t *ret_n) {
        double period = sound_period(recording->rate), slope = 2 * SOUND_SLOPE / period, mean;
        struct track_point *points = calloc(recording->frames / WINDOW + 1, sizeof(*points));
        size_t n = 0;

        CHECK(points);
        for (size_t at = 0; at + WINDOW <= recording->frames; at += WINDOW)
                if (read_window(recording, at, slope, &mean))
                        points[n++] = (struct track_point){
                                .frame = at,
                                .position = (mean / SOUND_SLOPE + 1) / 2 * period - (WINDOW - 1) / 2.0,
                        };
        *ret_n = n;
        return points;
}

static int by_size(const void *a, const void *b) {
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

static double quantile(const double *sorted, size_t n, double q) {
        return sorted[(size_t)lrint(q * (double)(n - 1))];
}

static double wander_of(const double *all, size_t n, double p50) {
        double second[50], wander = 0;

        for (size_t at = 0; at + 50 <= n; at += 25) {
                memcpy(second, all + at, sizeof(second));
                qsort(second, 50, sizeof(double), by_size);
                wander = fmax(wander, fabs(second[25] - p50));
        }
        return wander;
}

/*
 * Which of the positions that POINT may mean was the last to have been published, and how late its chunk
 * began; false if that chunk has been seen, or its beginning has not.
 */
static bool latency_of(const struct recording *recording, const struct track_point *point,
                       const int64_t *published, size_t n_published, double skew, size_t *last, double *ret) {
        double chunk = recording->rate / 50.0, period = sound_period(recording->rate);
        int64_t nsec = recording_nsec(recording, point->frame);
        double laps, position;
        size_t n = 0, high = n_published;

        while (n < high) {
                size_t middle = (n + high) / 2;

                if (published[middle] <= nsec)
                        n = middle + 1;
                else
                        high = middle;
        }
        laps = floor(((double)n * chunk - point->position) / period);
        position = laps * period + point->position;
        if (position < 0 || (size_t)(position / chunk) == *last || fmod(position, chunk) > chunk / 4)
                return false;
        *last = (size_t)(position / chunk);
        *ret = (double)(nsec - published[*last]) * 1e-6 -
               fmod(position, chunk) / recording->rate / (1 + skew * 1e-6) * 1e3;
        return true;
}

void latency_measure(struct latency *ret, const struct recording *recording, const int64_t *published,
                     size_t n_published, double skew) {
        _cleanup_free_ struct track_point *points = NULL;
        _cleanup_free_ double *all = NULL;
        size_t n_points, n = 0, last = SIZE_MAX;

        *ret = (struct latency){ 0 };
        points = track_read(recording, &n_points);
        all = calloc(n_points + 1, sizeof(*all));
        CHECK(all);
        for (size_t i = 0; i < n_points; i++)
                if (!recording_is_marked(recording, points[i].frame, points[i].frame + WINDOW))
                        n += latency_of(recording, points + i, published, n_published, skew, &last, all + n);
        if (n == 0)
                return;
        ret->chunks = n;
        {
                _cleanup_free_ double *sorted = malloc(n * sizeof(*sorted));

                CHECK(sorted);
                memcpy(sorted, all, n * sizeof(*sorted));
                qsort(sorted, n, sizeof(*sorted), by_size);
                ret->p50 = quantile(sorted, n, 0.5);
                ret->p99 = quantile(sorted, n, 0.99);
                ret->min = sorted[0];
                ret->max = sorted[n - 1];
        }
        ret->wander = wander_of(all, n, ret->p50);
}
