/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/tools/fft.h"

#include <math.h>

void fft(double *re, double *im, size_t n) {
        for (size_t i = 1, j = 0; i < n; i++) {
                size_t bit = n >> 1;

                for (; j & bit; bit >>= 1)
                        j ^= bit;
                j ^= bit;
                if (i < j) {
                        double t = re[i];

                        re[i] = re[j];
                        re[j] = t; /* the input is real */
                }
        }
        for (size_t len = 2; len <= n; len <<= 1)
                for (size_t k = 0; k < len / 2; k++) {
                        double wr = cos(-2 * M_PI * (double)k / (double)len);
                        double wi = sin(-2 * M_PI * (double)k / (double)len);

                        for (size_t i = k; i < n; i += len) {
                                size_t j = i + len / 2;
                                double xr = re[j] * wr - im[j] * wi, xi = re[j] * wi + im[j] * wr;

                                re[j] = re[i] - xr;
                                im[j] = im[i] - xi;
                                re[i] += xr;
                                im[i] += xi;
                        }
                }
}
