/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/recording.h"

#include <math.h>

#include "tests/test.h"

#define SECOND     1000000000ll
#define BEFORE_SEC 0.05
/* What comes of a loss: an empty buffer that must fill up again, a fade. */
#define AFTER_SEC 0.25

void recording_done(struct recording *recording) {
        free(recording->samples);
        free(recording->cycles);
        free(recording->marks);
        *recording = (struct recording){ 0 };
}

/* The last cycle that starts no later than it is asked for; the first if none does. */
static const struct cycle *find_cycle(const struct recording *recording, size_t frame, int64_t nsec) {
        size_t low = 0, high = recording->n_cycles;

        CHECK(high > 0);
        while (high - low > 1) {
                size_t middle = (low + high) / 2;

                if (recording->cycles[middle].frame <= frame && recording->cycles[middle].nsec <= nsec)
                        low = middle;
                else
                        high = middle;
        }
        return recording->cycles + low;
}

int64_t recording_nsec(const struct recording *recording, size_t frame) {
        const struct cycle *cycle = find_cycle(recording, frame, INT64_MAX);

        return cycle->nsec + ((int64_t)frame - (int64_t)cycle->frame) * SECOND / recording->rate;
}

size_t recording_frame(const struct recording *recording, int64_t nsec) {
        const struct cycle *cycle = find_cycle(recording, SIZE_MAX, nsec);
        double frame = (double)cycle->frame + (double)(nsec - cycle->nsec) * recording->rate / SECOND;

        return frame > 0 ? (size_t)frame : 0;
}

void recording_mark(struct recording *recording, size_t from, size_t to) {
        size_t before = (size_t)lrint(BEFORE_SEC * recording->rate);
        size_t after = (size_t)lrint(AFTER_SEC * recording->rate);
        struct span mark = { from > before ? from - before : 0, to + after };
        struct span *last = recording->n_marks > 0 ? recording->marks + recording->n_marks - 1 : NULL;

        if (last && mark.from <= last->to && mark.from >= last->from) {
                last->to = mark.to > last->to ? mark.to : last->to;
                return;
        }
        recording->marks = realloc(recording->marks, (recording->n_marks + 1) * sizeof(mark));
        CHECK(recording->marks);
        recording->marks[recording->n_marks++] = mark;
}

bool recording_is_marked(const struct recording *recording, size_t from, size_t to) {
        for (size_t i = 0; i < recording->n_marks; i++)
                if (from < recording->marks[i].to && to > recording->marks[i].from)
                        return true;
        return false;
}

unsigned recording_mark_lost(struct recording *recording) {
        unsigned n = 0;

        for (size_t i = 0; i < recording->n_cycles; i++) {
                const struct cycle *cycle = recording->cycles + i;
                int64_t length = cycle->size * SECOND / recording->rate;
                size_t before = i > 0 ? cycle[-1].frame + cycle[-1].size : cycle->frame;

                /* The monitor gives a cycle when the next one begins: another one later it is too late. */
                if (before == cycle->frame && cycle->woken - cycle->nsec <= 2 * length)
                        continue;
                recording_mark(recording, before, cycle->frame + cycle->size);
                n++;
        }
        return n;
}

double recording_set_aside(const struct recording *recording) {
        size_t step = recording->rate / 100, n = 0;

        for (size_t at = 0; at + step <= recording->frames; at += step)
                n += recording_is_marked(recording, at, at + step);
        return (double)n / 100;
}
