/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes out of the player for what goes in: bit for bit, joined without clicks, counted. */
#include "audio/player.h"

#include <errno.h>
#include <math.h>

#include "audio/format.h"
#include "tests/test.h"

#define HZ      48000u
#define QUANTUM 512u

/* A mono feed of 16 bits that is all in memory; zeros are silence. */
struct tape {
        int16_t samples[HZ];
        struct feed_view view;
        size_t read;
        bool over;
        struct player player;
        struct player_counters counters;
        double now;
        int16_t out[QUANTUM];
};

static bool look(struct feed_view *ret, void *userdata) {
        struct tape *tape = userdata;

        *ret = tape->view;
        ret->unread = (uint32_t)(tape->view.published - tape->read);
        return !tape->over;
}

static size_t read_frames(void *dst, size_t frames, void *userdata) {
        struct tape *tape = userdata;

        CHECK(tape->read + frames <= tape->view.published);
        memcpy(dst, tape->samples + tape->read, frames * 2);
        tape->read += frames;
        return frames;
}

static void skip(size_t frames, void *userdata) {
        struct tape *tape = userdata;

        tape->read += frames;
        CHECK(tape->read <= tape->view.published);
}

static void tape_init(struct tape *tape, bool matching) {
        const struct pcm_format format = { .rate = HZ, .bits = 16, .channels = 1 };
        const struct feed feed = { look, read_frames, skip, tape };
        const struct pacer_options options = { HZ, 0, matching };

        memset(tape, 0, sizeof(*tape));
        tape->view = (struct feed_view){ .grain = 960, .capacity = HZ };
        for (size_t i = 0; i < HZ; i++)
                tape->samples[i] = (int16_t)(8000 + i % 16000);
        player_init(&tape->player, &format, &feed, &options, &tape->counters);
}

static double cycle(struct tape *tape) {
        tape->now += QUANTUM;
        return player_play(&tape->player, tape->out, QUANTUM, tape->now, HZ);
}

static bool all(const int16_t *samples, size_t n, int16_t value) {
        for (size_t i = 0; i < n; i++)
                if (samples[i] != value)
                        return false;
        return true;
}

/* From the first sample on, after as much silence as it takes, not a bit is changed. */
static void test_exact(void) {
        static struct tape tape;
        size_t heard = 0;

        tape_init(&tape, true);
        for (int i = 0; i < 60; i++) {
                uint32_t offset = 0;

                if (tape.view.published <= tape.now * 1.0)
                        tape.view.published += 960;
                cycle(&tape);
                while (heard == 0 && offset < QUANTUM && tape.out[offset] == 0)
                        offset++;
                for (; offset < QUANTUM; offset++, heard++)
                        CHECK_EQ(tape.out[offset], tape.samples[heard]);
        }
        CHECK(heard > 50 * QUANTUM);
        CHECK_EQ(tape.counters.underruns, 0);
        CHECK_EQ(tape.counters.pulls, 60);
        CHECK(tape.counters.latency > 5000 && tape.counters.latency < 30000);
}

static int steepest(const int16_t *samples, size_t n, int16_t before) {
        int most = 0;

        for (size_t i = 0; i < n; i++) {
                most = abs(samples[i] - before) > most ? abs(samples[i] - before) : most;
                before = samples[i];
        }
        return most;
}

/* A guest that stalls: the sound fades, waits, fades in, and nothing of it is missing. */
static void test_underrun(void) {
        static struct tape tape;
        int16_t last = 0;
        size_t before;

        tape_init(&tape, true);
        tape.view.published = 960 * 3;
        for (int i = 0; i < 7; i++) {
                cycle(&tape);
                if (i > 0 || tape.out[0] == 0)
                        CHECK(steepest(tape.out + 1, QUANTUM - 1, tape.out[0]) < 8100);
                CHECK(i < 1 || steepest(tape.out, 1, last) < 200);
                last = tape.out[QUANTUM - 1];
        }
        CHECK_EQ(last, 0);
        CHECK_EQ(tape.read, 960 * 3);
        CHECK_EQ(tape.counters.underruns, 0); /* it may be over: only what goes on was interrupted */
        before = tape.read;
        tape.view.published += 960 * 3;
        for (int i = 0; i < 5 && tape.read == before; i++)
                cycle(&tape);
        CHECK_EQ(tape.counters.underruns, 1);
        CHECK(steepest(tape.out, QUANTUM, 0) < 300); /* fades in */
        cycle(&tape);
        CHECK_EQ(tape.counters.underruns, 1);
        CHECK_EQ(tape.out[QUANTUM - 1], tape.samples[tape.read - 1]);
}

/* What is hopelessly late is dropped at once, and joined. */
static void test_overrun(void) {
        static struct tape tape;

        tape_init(&tape, true);
        tape.view.published = 960 * 3;
        cycle(&tape);
        tape.view.published = 960 * 20;
        cycle(&tape);
        CHECK_EQ(tape.counters.overruns, 1);
        CHECK(steepest(tape.out, QUANTUM, tape.out[0]) < 300);
        CHECK(tape.view.published - tape.read < 960 * 3);
        cycle(&tape);
        CHECK_EQ(tape.counters.overruns, 1);
        CHECK_EQ(tape.out[QUANTUM - 1], tape.samples[tape.read - 1]);
}

/* What is only a little late is made up for in the next silence. */
static void test_sheds_in_silence(void) {
        for (int matching = 0; matching < 2; matching++) {
                static struct tape tape;

                tape_init(&tape, matching);
                memset(tape.samples + 2000, 0, 6000 * 2);
                tape.view.published = 960 * 9;
                for (int i = 0; i < 8; i++)
                        cycle(&tape);
                if (matching)
                        CHECK(tape.read > 8 * QUANTUM + 2 * QUANTUM);
                else
                        CHECK_EQ(tape.read, 8 * QUANTUM); /* every sample, as it is */
                CHECK_EQ(tape.counters.overruns, 0);
        }
}

/* The end fades out, if the guest has cut it off, and then it is quiet. */
static void test_end(void) {
        static struct tape tape;

        tape_init(&tape, true);
        tape.view.published = 700;
        tape.view.ended = true;
        cycle(&tape);
        CHECK_EQ(tape.out[0], tape.samples[0]); /* no use in waiting */
        cycle(&tape);
        CHECK_EQ(tape.read, 700);
        CHECK(steepest(tape.out, QUANTUM, tape.out[0]) < 200);
        CHECK(all(tape.out + 400, QUANTUM - 400, 0));
        tape.over = true;
        cycle(&tape);
        CHECK(all(tape.out, QUANTUM, 0));
        CHECK_EQ(tape.counters.underruns, 0);
}

static uint32_t played(struct ratio *ratio, double ppm) {
        return (uint32_t)(ratio->hz / ratio_next(ratio, 1 + ppm * 1e-6));
}

/* Whole frames per second that have little in common with the graph's, by few at a time, not for little. */
static void test_ratio(void) {
        struct ratio ratio = { .hz = HZ, .graph = HZ };
        uint32_t last;

        CHECK_EQ(played(&ratio, 0), HZ - 1);
        for (int i = 0; i < 10; i++)
                CHECK_EQ(played(&ratio, i % 2 ? 40 : -80), HZ - 1);
        CHECK_EQ(played(&ratio, 500), HZ + 1); /* over 1:1, to the other side */
        for (uint32_t rate = HZ + 2; rate <= HZ + 9; rate++)
                CHECK_EQ(played(&ratio, 500), rate);
        CHECK_EQ(played(&ratio, 500), HZ + 11); /* with 10 it would have 10 in common */
        for (int i = 0; i < 20; i++)
                (void)played(&ratio, 500);
        CHECK_EQ(played(&ratio, 500), HZ + 22); /* near enough, and stays */
        for (int i = 0; i < 10; i++)
                CHECK_EQ(played(&ratio, i % 2 ? 510 : 400), HZ + 22);
        last = HZ + 22;
        for (int i = 3000; i > -3000; i--) {
                uint32_t now = played(&ratio, i / 10.0);

                CHECK(now + 3 >= last && now <= last + 3);
                for (uint32_t divisor = 9; divisor < 300; divisor++)
                        CHECK(now % divisor != 0 || HZ % divisor != 0);
                last = now;
        }
        ratio = (struct ratio){ .hz = 44100, .graph = HZ };
        CHECK_EQ(played(&ratio, 0), 44099);    /* not 147:160 either */
        ratio = (struct ratio){ .hz = 44100 }; /* a graph that has not said its rate yet */
        CHECK_EQ(played(&ratio, 0), 44100);
}

/* Every width: what is put is got, a cut is bridged from the last frame, silence is told from sound. */
static void test_widths(void) {
        static const uint8_t widths[] = { 8, 16, 24, 32 };

        for (size_t w = 0; w < sizeof(widths); w++) {
                const struct pcm_format format = { .rate = HZ, .bits = widths[w], .channels = 2 };
                uint8_t bytes[200 * 8], *p = bytes;
                struct splice splice;
                int32_t before = 0x60000000;

                for (size_t i = 0; i < 400; i++, p += format.bits / 8)
                        pcm_put(p, format.bits, 0x60000000);
                CHECK_EQ(pcm_get(bytes, format.bits), 0x60000000);
                CHECK(!pcm_is_silent(bytes, 200, &format));
                splice_init(&splice, &format);
                splice_apply(&splice, bytes, 200); /* nothing to bridge */
                CHECK_EQ(pcm_get(bytes, format.bits), 0x60000000);
                memset(bytes, format_silence(&format), sizeof(bytes));
                CHECK(pcm_is_silent(bytes, 200, &format));
                splice_cut(&splice);
                splice_apply(&splice, bytes, 200);
                for (size_t i = 0; i < 200; i++) {
                        int32_t now = pcm_get(bytes + i * pcm_frame_size(&format), format.bits);

                        CHECK(now <= before && before - now <= 0x60000000 / 97 + (1 << 24));
                        before = now;
                }
                CHECK_EQ(before, 0);
                pcm_put(bytes + 7 * format.bits / 8, format.bits, -0x7fffffff);
                CHECK(!pcm_is_silent(bytes, 200, &format));
        }
}

int main(void) {
        test_exact();
        test_underrun();
        test_overrun();
        test_sheds_in_silence();
        test_end();
        test_ratio();
        test_widths();
        return 0;
}
