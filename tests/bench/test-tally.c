/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What measures is measured: relays of our own making, a perfect one and ones with one fault each, of which
 * neither more nor fewer may be found.
 */
#include "tests/bench/tally.h"
#include "tests/test.h"

#define FRAMES 40000u /* more than twice round */

static int64_t sent[FRAMES];
static struct arrival at_guest[FRAMES * 2], at_host[FRAMES * 2];

struct world {
        struct numbered guest, host;
        struct tally tally;
};

static void begin(struct world *world) {
        memset(world, 0, sizeof(*world));
        world->guest = (struct numbered){ .arrivals = at_guest, .size = FRAMES * 2, .edges = true };
        world->host = (struct numbered){ .arrivals = at_host, .size = FRAMES * 2, .edges = true };
        for (uint32_t i = 0; i < FRAMES; i++)
                sent[i] = i * 1000000ll;
}

static void hear(struct numbered *side, const struct input_event *events, size_t n, uint32_t number) {
        side->latest = number + 20 < FRAMES ? number + 20 : FRAMES - 1; /* under way */
        for (size_t i = 0; i < n; i++) {
                struct input_event event = events[i];
                int64_t usec = sent[number] / 1000 + 50;

                event.input_event_sec = usec / 1000000;
                event.input_event_usec = usec % 1000000;
                numbered_hear(side, &event, sent[number] + 80000);
        }
}

static void pass(struct numbered *side, uint32_t number) {
        struct input_event events[NUMBERED_WORDS];

        hear(side, events, numbered_frame(events, number, true), number);
}

static void end(struct world *world) {
        tally_add(&world->tally, sent, FRAMES, &world->guest, &world->host);
        CHECK_EQ(world->tally.sent, FRAMES);
        CHECK_EQ(world->tally.edges_sent, FRAMES / NUMBERED_EDGE);
}

static void test_perfect(void) {
        struct world world;

        begin(&world);
        for (uint32_t i = 0; i < FRAMES; i++)
                pass(&world.guest, i);
        end(&world);
        CHECK_EQ(world.tally.received, FRAMES);
        CHECK_EQ(tally_lost(&world.tally), 0);
        CHECK_EQ(world.tally.edges, FRAMES / NUMBERED_EDGE);
        CHECK_EQ(world.tally.x, 0);
        CHECK_EQ(world.tally.y, 0);
        CHECK_EQ(world.tally.disorder + world.tally.strange + world.tally.twice + world.tally.drops, 0);
        CHECK_EQ(latencies_part(&world.tally.to_sink, 0.5), 50);
        CHECK_EQ(latencies_part(&world.tally.to_reader, 0.999), 80);
        tally_done(&world.tally);
}

static void test_loss(void) {
        struct world world;

        begin(&world);
        for (uint32_t i = 0; i < FRAMES; i++)
                if (i < 1000 || i >= 1003)
                        pass(&world.guest, i);
        end(&world);
        CHECK_EQ(tally_lost(&world.tally), 3);
        CHECK_EQ(world.tally.x, 3 + 1000 % NUMBERED_SIDE * 3 + 3);
        CHECK_EQ(world.tally.y, -3 * (1 + 1000 / (int)NUMBERED_SIDE));
        CHECK_EQ(world.tally.disorder + world.tally.strange + world.tally.twice, 0);
        tally_done(&world.tally);
}

static void test_overflow(void) {
        const struct input_event dropped[] = {
                { .type = EV_SYN, .code = SYN_DROPPED },
                { .type = EV_REL, .code = REL_Y, .value = -9 },
                { .type = EV_SYN, .code = SYN_REPORT },
        };
        struct world world;

        begin(&world);
        for (uint32_t i = 0; i < FRAMES; i++) {
                if (i == 500)
                        hear(&world.guest, dropped, 3, i);
                if (i < 500 || i >= 600)
                        pass(&world.guest, i);
        }
        end(&world);
        CHECK_EQ(world.tally.drops, 1);
        CHECK_EQ(tally_lost(&world.tally), 100);
        CHECK_EQ(world.tally.disorder + world.tally.strange + world.tally.twice, 0);
        tally_done(&world.tally);
}

static void test_order(void) {
        struct world world;

        begin(&world);
        for (uint32_t i = 0; i < FRAMES; i++)
                pass(&world.guest, i == 2000 ? 2001 : i == 2001 ? 2000 : i);
        end(&world);
        CHECK_EQ(world.tally.disorder, 1);
        CHECK_EQ(world.tally.x, 0);
        tally_done(&world.tally);

        /* An edge that overtakes the motion before it. */
        begin(&world);
        for (uint32_t i = 0; i < FRAMES; i++)
                pass(&world.guest, i == 3198 ? 3199 : i == 3199 ? 3198 : i);
        end(&world);
        CHECK(world.tally.disorder > 0);
        tally_done(&world.tally);
}

static void test_both_sides(void) {
        struct world world;

        begin(&world);
        for (uint32_t i = 0; i < FRAMES; i++) {
                if (i < 20000)
                        pass(&world.guest, i);
                if (i >= 19990)
                        pass(&world.host, i);
        }
        end(&world);
        CHECK_EQ(world.tally.twice, 10);
        CHECK_EQ(tally_lost(&world.tally), 0);
        CHECK_EQ(world.tally.host, FRAMES - 19990);
        tally_done(&world.tally);
}

static void test_merged(void) {
        struct input_event events[2 * NUMBERED_WORDS];
        struct world world;

        begin(&world);
        for (uint32_t i = 0; i < FRAMES; i++) {
                if (i != 12598) { /* 124 and 125 steps to the right: two of them are none */
                        pass(&world.guest, i);
                        continue;
                }
                numbered_frame(events, i, true);
                numbered_frame(events + 2, ++i, true);
                hear(&world.guest, events, 5, i);
        }
        end(&world);
        CHECK_EQ(world.tally.strange, 1);
        CHECK_EQ(world.tally.x, 0);
        CHECK_EQ(world.tally.y, 0);
        CHECK_EQ(tally_lost(&world.tally), 2);
        tally_done(&world.tally);
}

int main(void) {
        test_perfect();
        test_loss();
        test_overflow();
        test_order();
        test_both_sides();
        test_merged();
        return 0;
}
