/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tone obeys x[n+1] - 2 cos(w) x[n] + x[n-1] = 0; what is left over where it does not continue is a spike,
 * for one frame too few as well as for a thirtieth of one.
 */
#include "tests/bench/analysis.h"

#include <math.h>

#include "tests/bench/sound.h"
#include "tests/test.h"

#define SILENT (SOUND_AMPLITUDE / 500)
#define SPIKE  (1.5e-4 * SOUND_AMPLITUDE) /* more than 16 bits alone can leave */
#define USUAL  10                         /* times the usual noise is no noise */
#define NEAR   0.01                       /* seconds: what belongs together */

struct search {
        const struct recording *recording;
        struct faults *faults;
        struct span sound; /* from the first to the last */
        size_t near;
        double two_cos;
};

static bool silent_at(const struct recording *recording, size_t frame) {
        return fabs(recording_at(recording, frame, 0)) <= SILENT;
}

bool sound_begins(const struct recording *recording, size_t *ret) {
        for (size_t i = 0; i < recording->frames; i++)
                if (!silent_at(recording, i)) {
                        *ret = i;
                        return true;
                }
        return false;
}

static void add(struct search *search, enum fault fault, struct span where, int64_t frames) {
        struct faults *faults = search->faults;
        struct fault_event event = { fault, where, frames, false };

        event.set_aside = recording_is_marked(search->recording, where.from, where.to + 1);
        faults->events = realloc(faults->events, (faults->n_events + 1) * sizeof(event));
        CHECK(faults->events);
        faults->events[faults->n_events++] = event;
        faults->n[fault] += !event.set_aside;
        faults->set_aside[fault] += event.set_aside;
        if (fault == FAULT_GAP && !event.set_aside)
                faults->silence += (double)frames / search->recording->rate * 1000;
}

static void find_gaps(struct search *search) {
        size_t quiet = 0;

        for (size_t i = search->sound.from; i < search->sound.to; i++) {
                if (silent_at(search->recording, i)) {
                        quiet++;
                        continue;
                }
                if (quiet >= search->recording->rate / 1000)
                        add(search, FAULT_GAP, (struct span){ i - quiet, i }, (int64_t)quiet);
                quiet = 0;
        }
}

static double left_over(const struct search *search, size_t frame) {
        return fabs(recording_at(search->recording, frame + 1, 0) -
                    search->two_cos * recording_at(search->recording, frame, 0) +
                    recording_at(search->recording, frame - 1, 0));
}

static int by_size(const void *a, const void *b) {
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

static double threshold_of(const struct search *search) {
        double some[4001], threshold;
        size_t n = 0, step = (search->sound.to - search->sound.from) / 4000 + 1;

        for (size_t i = search->sound.from + 1; i + 1 < search->sound.to; i += step)
                some[n++] = left_over(search, i);
        qsort(some, n, sizeof(*some), by_size);
        threshold = n > 0 ? USUAL * some[n / 2] : 0;
        return threshold > SPIKE ? threshold : SPIKE;
}

/* The edges of a gap are the gap's; so are the first and the last sound. */
static bool near_gap(const struct search *search, size_t frame, size_t *gap) {
        const struct faults *faults = search->faults;

        if (frame < search->sound.from + search->near || frame + search->near > search->sound.to)
                return true;
        while (*gap < faults->n_events && faults->events[*gap].where.to + search->near < frame)
                ++*gap;
        return *gap < faults->n_events && faults->events[*gap].where.from < frame + search->near;
}

static void find_clicks(struct search *search) {
        double threshold = threshold_of(search);
        size_t last = 0, gap = 0;

        for (size_t i = search->sound.from + 1; i + 1 < search->sound.to; i++) {
                if (left_over(search, i) <= threshold)
                        continue;
                if ((last == 0 || i - last > search->near) && !near_gap(search, i, &gap))
                        add(search, FAULT_CLICK, (struct span){ i, i + 1 }, 0);
                last = i;
        }
}

/* Of the first N events, which are the gaps in their order: frames of silence between two frames. */
static size_t silence_between(const struct faults *faults, size_t n, size_t from, size_t to, size_t *gap) {
        size_t silence = 0;

        while (*gap < n && faults->events[*gap].where.to <= from)
                ++*gap;
        for (size_t i = *gap; i < n && faults->events[i].where.from < to; i++) {
                struct span where = faults->events[i].where;

                silence += (where.to < to ? where.to : to) - (where.from > from ? where.from : from);
        }
        return silence;
}

static void find_skips(struct search *search, size_t n_gaps, double skew) {
        double period = sound_period(search->recording->rate);
        _cleanup_free_ struct track_point *points = NULL;
        size_t n, gap = 0;

        points = track_read(search->recording, &n);
        for (size_t i = 1; i < n; i++) {
                const struct track_point *a = points + i - 1, *b = points + i;
                size_t silence = silence_between(search->faults, n_gaps, a->frame, b->frame, &gap);
                double sounding = (double)(b->frame - a->frame) - (double)silence;
                double jump = b->position - a->position - sounding * (1 + skew * 1e-6);
                double tolerance = silence > 0 ? 16 : 0.75 + 0.006 * sounding; /* a clock being followed */
                double wraps = round(jump / period);

                /* From end to end of the sawtooth, a resampler that is 0.001 dB off makes seven frames. */
                if (wraps != 0)
                        tolerance += 8;
                jump -= wraps * period;
                if (fabs(jump) > tolerance)
                        add(search, FAULT_SKIP, (struct span){ a->frame, b->frame }, lrint(jump));
        }
}

void faults_find(struct faults *ret, const struct recording *recording, double skew) {
        struct search search = {
                .recording = recording,
                .faults = ret,
                .near = (size_t)(NEAR * recording->rate),
                .two_cos = 2 * cos(2 * M_PI * SOUND_TONE * (1 + skew * 1e-6) / recording->rate),
        };
        size_t n_gaps;

        *ret = (struct faults){ 0 };
        if (!sound_begins(recording, &search.sound.from))
                return;
        for (search.sound.to = recording->frames; silent_at(recording, search.sound.to - 1);)
                search.sound.to--;
        find_gaps(&search);
        n_gaps = ret->n_events;
        find_clicks(&search);
        if (recording->channels > 1)
                find_skips(&search, n_gaps, skew);
}

void faults_done(struct faults *faults) {
        free(faults->events);
        *faults = (struct faults){ 0 };
}
