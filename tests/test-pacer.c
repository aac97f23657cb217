/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pacer against a guest and a graph of our own making, in time of our own making: minutes and hours of
 * skewed clocks, jitter, stalls, and rings of all sizes, each in a moment.
 */
#include "audio/pacer.h"

#include <math.h>

#include "audio/ratio.h"
#include "tests/test.h"

#define HZ 48000u

struct world {
        struct pacer pacer;
        struct ratio ratio;
        struct feed_view view;
        double guest, skew;  /* frames that the guest has made; per frame of graph time */
        double tick, jitter; /* the guest publishes at multiples of TICK, and up to JITTER later; frames */
        double pending;      /* when the finished grain is published; negative: none is */
        double now;
        double played; /* frames, with fractions, as the resampler takes them */
        uint32_t quantum;
        uint64_t seed;
        double least, most; /* delay seen */
        bool ended;
};

static double chance(struct world *world) {
        world->seed = world->seed * 6364136223846793005ull + 1442695040888963407ull;
        return (double)(world->seed >> 11) / (double)(1ull << 53);
}

static struct world world_new(uint32_t quantum, double ppm) {
        struct world world = { .view = { .grain = HZ / 50, .capacity = HZ }, .skew = 1 + ppm / 1e6 };

        world.quantum = quantum;
        world.ratio = (struct ratio){ .hz = HZ, .graph = HZ, .now = HZ };
        world.seed = 42;
        world.pending = -1;
        pacer_init(&world.pacer, &(struct pacer_options){ HZ, 0, true }, 1);
        return world;
}

/* Publishes what is due until NOW. */
static void guest_runs(struct world *world) {
        uint32_t grain = world->view.grain;

        for (;;) {
                double done = (double)(world->view.published + grain) / world->skew;

                if (world->pending < 0) {
                        if (world->tick > 0)
                                done = ceil(done / world->tick) * world->tick;
                        world->pending = done + world->jitter * chance(world);
                }
                if (world->pending > world->now)
                        return;
                world->pending = -1;
                world->view.published += grain;
                world->view.unread += grain;
                if (world->view.unread > world->view.capacity) {
                        world->view.unread = world->view.capacity;
                        world->view.jumped = true;
                }
        }
}

/* One graph cycle; returns the frames of sound in it. */
static uint32_t cycle(struct world *world) {
        /* As PipeWire's resampler asks for them. */
        double taken = world->played + (double)world->quantum * world->ratio.now / HZ;
        uint32_t frames = (uint32_t)taken;
        struct pacer_turn turn;

        world->played = taken - frames;
        world->now += world->quantum;
        guest_runs(world);
        world->view.ended = world->ended;
        turn = pacer_turn(&world->pacer, &world->view, world->now, frames);
        CHECK(turn.skip <= world->view.unread);
        world->view.unread -= turn.skip;
        CHECK(turn.take <= world->view.unread);
        CHECK(turn.silence + turn.take <= frames);
        world->view.unread -= turn.take;
        (void)ratio_next(&world->ratio, world->pacer.correction);
        world->view.jumped = false;
        world->least = fmin(world->least, world->pacer.delay - world->pacer.target);
        world->most = fmax(world->most, world->pacer.delay - world->pacer.target);
        return turn.take;
}

static void run(struct world *world, double seconds) {
        world->least = 1e9;
        world->most = -1e9;
        for (double end = world->now + seconds * HZ; world->now < end;)
                (void)cycle(world);
}

static double ms(double frames) {
        return frames * 1000 / HZ;
}

/* For hours within a millisecond of the target, once found: no break, no jump. */
static void test_skew(void) {
        static const double skews[] = { 0, 3, 20, 200, 500, -5, -200, -500 };
        static const uint32_t quanta[] = { 128, 256, 512, 1024 };

        for (size_t i = 0; i < sizeof(skews) / sizeof(*skews); i++)
                for (size_t q = 0; q < sizeof(quanta) / sizeof(*quanta); q++) {
                        struct world world = world_new(quanta[q], skews[i]);

                        run(&world, 20);
                        printf("%+5.0f ppm, quantum %4u: target %.2f ms, begins %+.2f to %+.2f ms", skews[i],
                               quanta[q], ms(world.pacer.target), ms(world.least), ms(world.most));
                        CHECK_EQ(world.pacer.underruns, 0);
                        run(&world, 3600);
                        printf(", stays %+.2f to %+.2f ms, rate %+.1f ppm\n", ms(world.least), ms(world.most),
                               (world.pacer.clock.rate - 1) * 1e6);
                        CHECK_EQ(world.pacer.underruns, 0);
                        CHECK_EQ(world.pacer.overruns, 0);
                        CHECK(world.least > -0.002 * HZ && world.most < 0.002 * HZ);
                        CHECK(fabs((world.pacer.clock.rate - world.skew) * 1e6) < 60);
                }
}

/* A cycle that divides the grain shows where the guest is to within itself only: later, but no break. */
static void test_dividing_cycle(void) {
        for (int ppm = -100; ppm <= 100; ppm += 20) {
                struct world world = world_new(480, ppm);

                run(&world, 3600);
                CHECK_EQ(world.pacer.underruns, 0);
                CHECK_EQ(world.pacer.overruns, 0);
        }
}

/* Windows' timer: 15.6 ms, and some jitter. It may break off while the pacer learns, and then no more. */
static void test_coarse_guest(void) {
        struct world world = world_new(512, 50);

        world.tick = 15.625e-3 * HZ;
        world.jitter = 2e-3 * HZ;
        run(&world, 20);
        printf("coarse guest: target %.2f ms, %u underruns at first\n", ms(world.pacer.target),
               (unsigned)world.pacer.underruns);
        CHECK(world.pacer.underruns <= 2);
        world.pacer.underruns = 0;
        run(&world, 600);
        printf("coarse guest: target %.2f ms, %+.2f to %+.2f, %u underruns in 10 min\n",
               ms(world.pacer.target), ms(world.least), ms(world.most), (unsigned)world.pacer.underruns);
        CHECK(world.pacer.underruns <= 1);
        CHECK_EQ(world.pacer.overruns, 0);
}

/* A guest held up now and then, never for longer than the time before: each lateness breaks off once at most.
 */
static void test_hiccups(void) {
        struct world world = world_new(512, -100);

        run(&world, 10);
        for (int i = 0; i < 20; i++) {
                world.pending = (double)(world.view.published + 960) / world.skew + 0.02 * HZ;
                run(&world, 1);
        }
        printf("hiccups: target %.2f ms, %u underruns\n", ms(world.pacer.target),
               (unsigned)world.pacer.underruns);
        CHECK(world.pacer.underruns >= 1 && world.pacer.underruns <= 2);
        CHECK(world.pacer.target > 0.05 * HZ);
        run(&world, 90); /* forgotten */
        CHECK(world.pacer.target < 0.036 * HZ);
        CHECK(world.pacer.underruns <= 2);
}

int main(void) {
        test_skew();
        test_dividing_cycle();
        test_coarse_guest();
        test_hiccups();
        return 0;
}
