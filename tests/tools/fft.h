/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/tools/fft: the discrete Fourier transform. Pure.
 */
#include <stddef.h>

/* In place, of a real input: IM is all zero. N is a power of two. */
void fft(double *re, double *im, size_t n);
