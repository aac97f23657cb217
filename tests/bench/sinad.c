/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/analysis.h"

#include <math.h>

#include "tests/test.h"
#include "tests/tools/fft.h"

#define WINDOW 32768u
#define NOTCH  25.0 /* Hz, to either side */
#define LOW    20.0
#define HIGH   20000.0

/* Seven-term Blackman-Harris: its side lobes are 180 dB down, so that what leaks is no noise to us. */
static double shape(size_t i) {
        static const double a[] = { 0.27105140069342, -0.43329793923448, 0.21812299954311, -0.06592544638803,
                                    0.01081174209837, -0.00077658482522, 0.00001388721735 };
        double sum = 0;

        for (size_t k = 0; k < sizeof(a) / sizeof(*a); k++)
                sum += a[k] * cos(2 * M_PI * (double)(k * i) / WINDOW);
        return sum;
}

static double ratio_of(const double *power, double hz_per_bin) {
        size_t peak = 1, last = (size_t)(HIGH / hz_per_bin);
        double tone = 0, rest = 0;

        if (last > WINDOW / 2 - 1)
                last = WINDOW / 2 - 1;
        for (size_t i = 1; i <= last; i++)
                if (power[i] > power[peak])
                        peak = i;
        for (size_t i = (size_t)(LOW / hz_per_bin); i <= last; i++)
                if (fabs((double)i - (double)peak) * hz_per_bin <= NOTCH)
                        tone += power[i];
                else
                        rest += power[i];
        return 10 * log10(tone / (rest + 1e-30));
}

/* In dB; false if there is no sound all the way. */
static bool measure_window(const struct recording *recording, size_t from, const double *window, double *re,
                           double *im, double *ret) {
        double sum = 0;

        for (size_t i = 0; i < WINDOW; i++) {
                double x = recording_at(recording, from + i, 0);

                sum += x * x;
                re[i] = x * window[i];
                im[i] = 0;
        }
        if (sum < 1e-6 * WINDOW)
                return false;
        fft(re, im, WINDOW);
        for (size_t i = 0; i < WINDOW / 2; i++)
                re[i] = re[i] * re[i] + im[i] * im[i];
        *ret = ratio_of(re, (double)recording->rate / WINDOW);
        return true;
}

static int by_size(const void *a, const void *b) {
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

void sinad_measure(struct sinad *ret, const struct recording *recording) {
        _cleanup_free_ double *window = calloc(WINDOW, sizeof(double)), *re = calloc(WINDOW, sizeof(double)),
                              *im = calloc(WINDOW, sizeof(double)), *all = NULL;
        size_t n = 0;

        CHECK(window && re && im);
        all = calloc(recording->frames / (WINDOW / 2) + 1, sizeof(*all));
        CHECK(all);
        for (size_t i = 0; i < WINDOW; i++)
                window[i] = shape(i);
        for (size_t at = 0; at + WINDOW <= recording->frames; at += WINDOW / 2)
                if (!recording_is_marked(recording, at, at + WINDOW))
                        n += measure_window(recording, at, window, re, im, all + n);
        *ret = (struct sinad){ .windows = (unsigned)n };
        if (n == 0)
                return;
        qsort(all, n, sizeof(*all), by_size);
        ret->median = all[n / 2];
        ret->worst = all[0];
}
