/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/tools/tone.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/cleanup.h"
#include "tests/tools/fft.h"

#define FFT_MAX     (1u << 17)
#define SILENT_PEAK 4 /* a dithered nothing */

static uint32_t le(const uint8_t *p, unsigned bytes) {
        uint32_t value = 0;

        while (bytes-- > 0)
                value = value << 8 | p[bytes];
        return value;
}

static int sample(const struct tone_pcm *pcm, size_t frame, uint32_t channel) {
        return (int16_t)le(pcm->samples + (frame * pcm->channels + channel) * 2, 2);
}

/* Fills in what a WAV header says; without one PCM stays raw. False if it is a WAV of another kind. */
bool tone_parse_wav(struct tone_pcm *pcm, const uint8_t *bytes, size_t size) {
        size_t at = 12;

        pcm->samples = bytes;
        pcm->frames = size / 2 / pcm->channels;
        if (size < 12 || memcmp(bytes, "RIFF", 4) != 0 || memcmp(bytes + 8, "WAVE", 4) != 0)
                return true;
        while (at + 8 <= size) {
                size_t len = le(bytes + at + 4, 4), left = size - at - 8;

                if (memcmp(bytes + at, "fmt ", 4) == 0 && len >= 16 && left >= 16) {
                        pcm->channels = le(bytes + at + 10, 2);
                        pcm->rate = le(bytes + at + 12, 4);
                        if (le(bytes + at + 22, 2) != 16 || pcm->channels == 0 || pcm->rate == 0)
                                return false;
                }
                if (memcmp(bytes + at, "data", 4) == 0) {
                        /* A recorder that was killed, or wrote to a pipe, has not filled in the length. */
                        pcm->samples = bytes + at + 8;
                        pcm->frames = (len == 0 || len > left ? left : len) / 2 / pcm->channels;
                        return true;
                }
                at += 8 + len + (len & 1);
        }
        return false;
}

static uint32_t loudest_channel(const struct tone_pcm *pcm, int *ret_peak) {
        uint32_t loudest = 0;

        *ret_peak = 0;
        for (size_t i = 0; i < pcm->frames; i++)
                for (uint32_t c = 0; c < pcm->channels; c++)
                        if (abs(sample(pcm, i, c)) > *ret_peak) {
                                *ret_peak = abs(sample(pcm, i, c));
                                loudest = c;
                        }
        return loudest;
}

/* The peak of a parabola through the logarithms of three bins: nearly exact under a Hann window. */
static double interpolate(const double *power, size_t peak) {
        double a = log(power[peak - 1] + 1e-9), b = log(power[peak] + 1e-9), c = log(power[peak + 1] + 1e-9);
        double bend = a - 2 * b + c;

        return (double)peak + (bend != 0 ? 0.5 * (a - c) / bend : 0);
}

static double dominant_frequency(const double *x, size_t frames, uint32_t rate) {
        _cleanup_free_ double *re = NULL, *im = NULL;
        size_t n = FFT_MAX, peak = 1;

        while (n > frames)
                n /= 2;
        if (n < 8)
                return 0;
        re = calloc(n, sizeof(*re));
        im = calloc(n, sizeof(*im));
        if (!re || !im)
                return 0;
        for (size_t i = 0; i < n; i++)
                re[i] = x[i] * (0.5 - 0.5 * cos(2 * M_PI * (double)i / (double)n));
        fft(re, im, n);
        for (size_t i = 0; i < n / 2; i++)
                re[i] = re[i] * re[i] + im[i] * im[i];
        for (size_t i = 2; i + 1 < n / 2; i++)
                if (re[i] > re[peak])
                        peak = i;
        return interpolate(re, peak) * rate / (double)n;
}

/* Power of what is left of X when the best-fitting tone of OMEGA radians a frame is taken out, over the
 * tone's. */
static double left_over(const double *x, size_t frames, double omega) {
        double in_phase = 0, quadrature = 0, all = 0, tone;

        for (size_t i = 0; i < frames; i++) {
                in_phase += x[i] * sin(omega * (double)i);
                quadrature += x[i] * cos(omega * (double)i);
                all += x[i] * x[i];
        }
        tone = 2 * (in_phase * in_phase + quadrature * quadrature) / (double)frames;
        return all > tone ? (all - tone) / tone : 0;
}

/* The same, of the best tone near OMEGA: a player that catches up plays up to half a percent too fast. */
static double left_over_nearby(const double *x, size_t frames, double omega) {
        double least = INFINITY;

        for (int permille = -8; permille <= 8; permille++)
                least = fmin(least, left_over(x, frames, omega * (1 + permille * 1e-3)));
        return least;
}

static int by_size(const void *a, const void *b) {
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

/* Chunks in a wrong order have the right frequency and level, but not one clean window. */
static double noise_of(const double *x, size_t frames, double frequency, uint32_t rate) {
        size_t window = rate / 20, n = frames / window;
        _cleanup_free_ double *ratios = calloc(n + 1, sizeof(*ratios));

        if (!ratios || n == 0)
                return 0;
        for (size_t i = 0; i < n; i++)
                ratios[i] = left_over_nearby(x + i * window, window, 2 * M_PI * frequency / rate);
        qsort(ratios, n, sizeof(*ratios), by_size);
        return 10 * log10(ratios[n / 2] + 1e-9);
}

/* X from the first sound to the last. Zero crossings of a tone are far shorter than a gap. */
static void measure(const double *x, size_t frames, double threshold, uint32_t rate,
                    struct tone_verdict *ret) {
        size_t sounding = 0, quiet = 0, start = 0, best = 0, best_len = 0;
        double sum = 0;

        *ret = (struct tone_verdict){ .seconds = (double)frames / rate };
        for (size_t i = 0; i <= frames; i++) {
                if (i < frames && fabs(x[i]) <= threshold) {
                        quiet++;
                        continue;
                }
                if (quiet >= rate / 1000 || i == frames) {
                        if (i - quiet - start > best_len) {
                                best = start;
                                best_len = i - quiet - start;
                        }
                        ret->gaps += i < frames;
                        if (i < frames && (double)quiet / rate > ret->longest)
                                ret->longest = (double)quiet / rate;
                        start = i;
                } else {
                        sounding += quiet; /* a zero crossing is part of the sound */
                }
                quiet = 0;
                if (i == frames)
                        break;
                sounding++;
                sum += x[i] * x[i];
        }
        ret->level = 10 * log10(2 * sum / (double)sounding / (32767.0 * 32767.0));
        ret->frequency = dominant_frequency(x + best, best_len, rate);
        ret->noise = noise_of(x + best, best_len, ret->frequency, rate);
}

bool tone_analyse(const struct tone_pcm *pcm, struct tone_verdict *ret) {
        _cleanup_free_ double *x = NULL;
        size_t first = 0, last = pcm->frames;
        double threshold;
        uint32_t channel;
        int peak;

        channel = loudest_channel(pcm, &peak);
        if (peak <= SILENT_PEAK)
                return false;
        threshold = peak / 500.0 > 2 ? peak / 500.0 : 2;
        while (abs(sample(pcm, first, channel)) <= threshold)
                first++;
        while (abs(sample(pcm, last - 1, channel)) <= threshold)
                last--;
        x = calloc(last - first, sizeof(*x));
        if (!x)
                return false;
        for (size_t i = first; i < last; i++)
                x[i - first] = sample(pcm, i, channel);
        measure(x, last - first, threshold, pcm->rate, ret);
        ret->before = (double)first / pcm->rate;
        return true;
}
