/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-test-tone [--rate HZ] [--channels N] [FILE]: what a recording of a test tone contains.
 *
 *         frequency 440.03 level -12.04 gaps 0 seconds 3.20
 *
 * Reads a 16-bit WAV file, or raw s16le samples of the given rate and channels (48000, 2), from FILE or
 * standard input; the loudest channel counts. Frequency: the spectrum's highest peak in the longest stretch
 * without a gap, interpolated between its bins (good to 0.1 Hz over a second). Level: RMS of what is not a
 * gap, relative to a full-scale sine. Gaps: silences of at least a millisecond between the first and the last
 * sound. Exit status: 0; 1 if there is no sound; 2 if it cannot be read. --self-test checks all that on
 * sounds of its own making.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cleanup.h"
#include "tests/test.h"

#define FFT_MAX     (1u << 17)
#define SILENT_PEAK 4 /* a dithered nothing */

struct pcm {
        uint32_t rate, channels;
        const uint8_t *samples; /* s16le, interleaved */
        size_t frames;
};

struct verdict {
        double frequency, level, seconds;
        unsigned gaps;
};

static uint32_t le(const uint8_t *p, unsigned bytes) {
        uint32_t value = 0;

        while (bytes-- > 0)
                value = value << 8 | p[bytes];
        return value;
}

static int sample(const struct pcm *pcm, size_t frame, uint32_t channel) {
        return (int16_t)le(pcm->samples + (frame * pcm->channels + channel) * 2, 2);
}

/* Fills in what a WAV header says; without one PCM stays raw. False if it is a WAV of another kind. */
static bool parse_wav(struct pcm *pcm, const uint8_t *bytes, size_t size) {
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

static uint32_t loudest_channel(const struct pcm *pcm, int *ret_peak) {
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

/* In place; N is a power of two. */
static void fft(double *re, double *im, size_t n) {
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

/* X from the first sound to the last. Zero crossings of a tone are far shorter than a gap. */
static void measure(const double *x, size_t frames, double threshold, uint32_t rate, struct verdict *ret) {
        size_t sounding = 0, quiet = 0, start = 0, best = 0, best_len = 0;
        double sum = 0;

        *ret = (struct verdict){ .seconds = (double)frames / rate };
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
}

/* False if there is no sound. */
static bool analyse(const struct pcm *pcm, struct verdict *ret) {
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
        return true;
}

/* All of FILE; NULL with errno. */
static uint8_t *read_all(FILE *file, size_t *ret_size) {
        _cleanup_free_ uint8_t *bytes = NULL;
        size_t size = 0, room = 0;

        for (;;) {
                size_t n;

                if (size == room) {
                        uint8_t *more = realloc(bytes, room = room ? room * 2 : 1 << 16);

                        if (!more)
                                return NULL;
                        bytes = more;
                }
                n = fread(bytes + size, 1, room - size, file);
                if (n == 0)
                        break;
                size += n;
        }
        if (ferror(file))
                return NULL;
        *ret_size = size;
        return steal_ptr(bytes);
}

/* ---- self test ---- */

struct sound {
        double frequency, amplitude;
        uint32_t rate, channels;
        size_t silence, frames, gap_every, gap; /* frames; the tone goes on during a gap, unheard */
};

static uint8_t *synthesise(const struct sound *sound, size_t *ret_size) {
        size_t total = 2 * sound->silence + sound->frames;
        uint8_t *bytes = calloc(total * sound->channels, 2);

        CHECK(bytes);
        for (size_t i = 0; i < sound->frames; i++) {
                double value =
                        32767 * sound->amplitude * sin(2 * M_PI * sound->frequency * (double)i / sound->rate);
                int16_t s = (int16_t)lrint(value);
                /* Only the last channel sounds; the others must not matter. */
                uint8_t *p = bytes + ((sound->silence + i) * sound->channels + sound->channels - 1) * 2;

                if (sound->gap_every && i % sound->gap_every >= sound->gap_every - sound->gap)
                        s = 0;
                p[0] = (uint8_t)s;
                p[1] = (uint8_t)((uint16_t)s >> 8);
        }
        *ret_size = total * sound->channels * 2;
        return bytes;
}

static void expect(const struct sound *sound, unsigned gaps) {
        _cleanup_free_ uint8_t *bytes = NULL;
        struct pcm pcm = { .rate = sound->rate, .channels = sound->channels };
        struct verdict verdict;
        size_t size;

        bytes = synthesise(sound, &size);
        CHECK(parse_wav(&pcm, bytes, size));
        CHECK(analyse(&pcm, &verdict));
        printf("%g Hz at %g: %.3f Hz, %.2f dBFS, %u gaps\n", sound->frequency, sound->amplitude,
               verdict.frequency, verdict.level, verdict.gaps);
        CHECK(fabs(verdict.frequency - sound->frequency) < 0.2);
        CHECK(fabs(verdict.level - 20 * log10(sound->amplitude)) < 0.1);
        CHECK_EQ(verdict.gaps, gaps);
}

static void test_wav(void) {
        uint8_t wav[44 + 8] = "RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x44\xac\0\0\x88\x58\1\0\2\0\x10\0data";
        struct pcm pcm = { .rate = 1, .channels = 2 };

        CHECK(parse_wav(&pcm, wav, sizeof(wav))); /* length 0, as written to a pipe */
        CHECK_EQ(pcm.rate, 44100);
        CHECK_EQ(pcm.channels, 1);
        CHECK_EQ(pcm.frames, 4);
        wav[40] = 4;
        CHECK(parse_wav(&pcm, wav, sizeof(wav)));
        CHECK_EQ(pcm.frames, 2);
        wav[34] = 24;
        CHECK(!parse_wav(&pcm, wav, sizeof(wav)));
        CHECK(!parse_wav(&pcm, wav, 30));
}

static int self_test(void) {
        static const uint8_t nothing[4000];
        const struct pcm silence = { 48000, 2, nothing, 1000 };
        struct verdict verdict;

        expect(&(struct sound){ 440, 0.25, 48000, 2, 5000, 48000 }, 0);
        expect(&(struct sound){ 997.3, 1, 44100, 1, 0, 44100 }, 0);
        expect(&(struct sound){ 60.5, 0.01, 48000, 6, 100, 96000 }, 0);
        expect(&(struct sound){ 12345.6, 0.5, 48000, 2, 9999, 480000 }, 0);
        expect(&(struct sound){ 1000.4, 0.5, 48000, 2, 1000, 200000, 60000, 600 }, 3);
        expect(&(struct sound){ 1000.4, 0.5, 48000, 2, 1000, 200000, 60000, 50 }, 3);
        expect(&(struct sound){ 1000.4, 0.5, 48000, 2, 1000, 200000, 60000, 5 },
               0); /* a tenth of a millisecond */
        CHECK(!analyse(&silence, &verdict));
        CHECK(!analyse(&(struct pcm){ 48000, 2, nothing, 0 }, &verdict));
        test_wav();
        return 0;
}

static int report(FILE *file, struct pcm *pcm) {
        _cleanup_free_ uint8_t *bytes = NULL;
        struct verdict verdict;
        size_t size = 0;

        bytes = read_all(file, &size);
        if (!bytes || !parse_wav(pcm, bytes, size)) {
                fprintf(stderr, "pillion-test-tone: %s\n", bytes ? "not a 16-bit WAV file" : strerror(errno));
                return 2;
        }
        if (!analyse(pcm, &verdict)) {
                printf("silent\n");
                return 1;
        }
        printf("frequency %.2f level %.2f gaps %u seconds %.2f\n", verdict.frequency, verdict.level,
               verdict.gaps, verdict.seconds);
        return 0;
}

static bool parse_number(const char *text, unsigned long max, uint32_t *ret) {
        char *end;
        unsigned long value = text ? strtoul(text, &end, 10) : 0;

        if (value < 1 || value > max || *end)
                return false;
        *ret = (uint32_t)value;
        return true;
}

int main(int argc, char *argv[]) {
        struct pcm pcm = { .rate = 48000, .channels = 2 };
        const char *path = NULL;
        FILE *file = stdin;
        int r;

        for (int i = 1; i < argc; i++) {
                if (strcmp(argv[i], "--self-test") == 0)
                        return self_test();
                if (strcmp(argv[i], "--rate") == 0 && parse_number(argv[i + 1], 768000, &pcm.rate))
                        i++;
                else if (strcmp(argv[i], "--channels") == 0 && parse_number(argv[i + 1], 64, &pcm.channels))
                        i++;
                else if (argv[i][0] != '-' && !path)
                        path = argv[i];
                else
                        return fprintf(stderr, "usage: %s [--rate HZ] [--channels N] [FILE]\n", argv[0]), 2;
        }
        if (path && !(file = fopen(path, "re"))) {
                fprintf(stderr, "pillion-test-tone: cannot open '%s': %s\n", path, strerror(errno));
                return 2;
        }
        r = report(file, &pcm);
        if (path)
                fclose(file);
        return r;
}
