/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-test-tone [--rate HZ] [--channels N] [FILE]: what a recording of a test tone contains.
 *
 *         frequency 440.03 level -12.04 noise -57.1 gaps 1 longest 0.035 before 0.120 seconds 3.20
 *
 * Reads a 16-bit WAV file, or raw s16le samples of the given rate and channels (48000, 2), from FILE or
 * standard input; the loudest channel counts. Frequency: the spectrum's highest peak in the longest stretch
 * without a gap, interpolated between its bins (good to 0.1 Hz over a second). Level: RMS of what is not a
 * gap, relative to a full-scale sine. Noise: what is not the tone, in dB below it, in the typical 50 ms.
 * Gaps: silences of at least a millisecond between the first and the last sound, the longest of them, and the
 * silence before it all. Exit status: 0; 1 if there
 * is no sound; 2 if it cannot be read. --self-test checks all that on sounds of its own making.
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
#include "tests/tools/tone.h"

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
        struct tone_pcm pcm = { .rate = sound->rate, .channels = sound->channels };
        struct tone_verdict verdict;
        size_t size;

        bytes = synthesise(sound, &size);
        CHECK(tone_parse_wav(&pcm, bytes, size));
        CHECK(tone_analyse(&pcm, &verdict));
        printf("%g Hz at %g: %.3f Hz, %.2f dBFS, %u gaps\n", sound->frequency, sound->amplitude,
               verdict.frequency, verdict.level, verdict.gaps);
        CHECK(fabs(verdict.frequency - sound->frequency) < 0.2);
        CHECK(fabs(verdict.level - 20 * log10(sound->amplitude)) < 0.1);
        CHECK_EQ(verdict.gaps, gaps);
        CHECK(fabs(verdict.before - (double)sound->silence / sound->rate) < 0.001);
        CHECK(fabs(verdict.longest - (gaps > 0 ? (double)sound->gap / sound->rate : 0)) < 0.001);
        CHECK(gaps > 0 || verdict.noise < -30);
}

/* Every two chunks of 20 ms change places: the right tone, at the right level, and all wrong. */
static void test_order(void) {
        const size_t chunk = (size_t)960 * 2;
        struct tone_pcm pcm = { .rate = 48000, .channels = 1 };
        struct tone_verdict verdict;
        _cleanup_free_ uint8_t *bytes = NULL;
        uint8_t kept[960 * 2];
        size_t size;

        bytes = synthesise(&(struct sound){ 445, 0.25, 48000, 1, 0, 96000 }, &size);
        for (size_t at = 0; at + 2 * chunk <= size; at += 2 * chunk) {
                memcpy(kept, bytes + at, chunk);
                memcpy(bytes + at, bytes + at + chunk, chunk);
                memcpy(bytes + at + chunk, kept, chunk);
        }
        CHECK(tone_parse_wav(&pcm, bytes, size));
        CHECK(tone_analyse(&pcm, &verdict));
        CHECK(verdict.noise > -10);
}

static void test_wav(void) {
        uint8_t wav[44 + 8] = "RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x44\xac\0\0\x88\x58\1\0\2\0\x10\0data";
        struct tone_pcm pcm = { .rate = 1, .channels = 2 };

        CHECK(tone_parse_wav(&pcm, wav, sizeof(wav))); /* length 0, as written to a pipe */
        CHECK_EQ(pcm.rate, 44100);
        CHECK_EQ(pcm.channels, 1);
        CHECK_EQ(pcm.frames, 4);
        wav[40] = 4;
        CHECK(tone_parse_wav(&pcm, wav, sizeof(wav)));
        CHECK_EQ(pcm.frames, 2);
        wav[34] = 24;
        CHECK(!tone_parse_wav(&pcm, wav, sizeof(wav)));
        CHECK(!tone_parse_wav(&pcm, wav, 30));
}

static int self_test(void) {
        static const uint8_t nothing[4000];
        const struct tone_pcm silence = { 48000, 2, nothing, 1000 };
        struct tone_verdict verdict;

        expect(&(struct sound){ 440, 0.25, 48000, 2, 5000, 48000 }, 0);
        expect(&(struct sound){ 997.3, 1, 44100, 1, 0, 44100 }, 0);
        expect(&(struct sound){ 60.5, 0.01, 48000, 6, 100, 96000 }, 0);
        expect(&(struct sound){ 12345.6, 0.5, 48000, 2, 9999, 480000 }, 0);
        expect(&(struct sound){ 1000.4, 0.5, 48000, 2, 1000, 200000, 60000, 600 }, 3);
        expect(&(struct sound){ 1000.4, 0.5, 48000, 2, 1000, 200000, 60000, 50 }, 3);
        expect(&(struct sound){ 1000.4, 0.5, 48000, 2, 1000, 200000, 60000, 5 },
               0); /* a tenth of a millisecond */
        CHECK(!tone_analyse(&silence, &verdict));
        CHECK(!tone_analyse(&(struct tone_pcm){ 48000, 2, nothing, 0 }, &verdict));
        test_order();
        test_wav();
        return 0;
}

static int report(FILE *file, struct tone_pcm *pcm) {
        _cleanup_free_ uint8_t *bytes = NULL;
        struct tone_verdict verdict;
        size_t size = 0;

        bytes = read_all(file, &size);
        if (!bytes || !tone_parse_wav(pcm, bytes, size)) {
                fprintf(stderr, "pillion-test-tone: %s\n", bytes ? "not a 16-bit WAV file" : strerror(errno));
                return 2;
        }
        if (!tone_analyse(pcm, &verdict)) {
                printf("silent\n");
                return 1;
        }
        printf("frequency %.2f level %.2f noise %.1f gaps %u longest %.3f before %.3f seconds %.2f\n",
               verdict.frequency, verdict.level, verdict.noise, verdict.gaps, verdict.longest, verdict.before,
               verdict.seconds);
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
        struct tone_pcm pcm = { .rate = 48000, .channels = 2 };
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
