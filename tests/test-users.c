/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random users, thousands of events each, the laws of router-world.h checked after each; they also type in
 * the middle of a takeover. See test-property.c for what each of them must see exactly.
 */
#include "tests/router-world.h"
#include "tests/test.h"

static uint64_t random_state;
static bool race_left;

/* splitmix64: the same numbers everywhere, for ever. */
static unsigned roll(unsigned n) {
        uint64_t z = (random_state += 0x9e3779b97f4a7c15);

        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return (unsigned)((z ^ z >> 31) % n);
}

static uint16_t roll_key(void) {
        static const uint16_t keys[] = {
                KEY_LEFTCTRL,  KEY_RIGHTCTRL, KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_LEFTALT,
                KEY_LEFTSHIFT, KEY_BACKSPACE, KEY_W,        KEY_A,         KEY_LEFTMETA,
                KEY_RIGHTMETA, KEY_POWER,     BTN_LEFT,     BTN_RIGHT,     BTN_BACK,
                BTN_SIDE,      BTN_FORWARD,   BTN_EXTRA,    BTN_TOUCH,
        };

        return keys[roll(sizeof(keys) / sizeof(*keys))];
}

static void random_key(struct node *node, uint16_t code) {
        bool down = keys_has(&node->hardware, code);

        world_key(node, code, !down ? 1 : roll(3) == 0 ? 2 : 0);
}

/* The user types while we are in the middle of a takeover; one report fits into its microseconds. */
static void random_race(struct node *node) {
        if (!race_left || roll(4) != 0)
                return;
        race_left = false;
        random_key(node, roll_key());
}

static void random_plug(struct world *world) {
        struct keys held = { 0 };
        struct node *node;

        for (unsigned n = roll(3); n > 0; n--)
                keys_set(&held, roll_key(), true);
        node = world_plug(world, "random", &held, true);
        node->bitmap = roll(2) == 0;
}

static void random_step(struct world *world) {
        struct node *node = &world->nodes[roll(NODES_MAX)];

        world->now += roll(100000);
        race_left = true;
        if (!node->plugged) {
                if (roll(20) == 0)
                        random_plug(world);
                return;
        }
        for (unsigned n = roll(4); n > 0; n--)
                random_key(node, roll_key());
        world_rel(node, roll(2) ? REL_X : REL_WHEEL, (int32_t)roll(1000) - 500);
        world_syn(node);
        if (roll(50) == 0) {
                world_overflow(node);
                random_key(node, roll_key());
                world_recover(node);
        }
        world_deliver(node);
        if (roll(200) == 0)
                world_unplug(node);
        if (roll(100) == 0)
                (void)world_switch(world, roll(2) ? INPUT_GUEST : INPUT_HOST);
}

/* The user lets go of everything: then no side holds anything. */
static void let_go(struct world *world) {
        for (struct node *node = world->nodes; node < world->nodes + NODES_MAX; node++) {
                for (uint16_t code = 0; node->plugged && code < KEY_CNT; code++)
                        if (keys_has(&node->hardware, code)) {
                                world_key(node, code, 0);
                                world_deliver(node);
                        }
                CHECK(!node->plugged || keys_empty(&node->host));
        }
        for (uint16_t code = 0; code < KEY_CNT; code++)
                CHECK_EQ(world->guest[code], 0);
}

static void test_random_user(unsigned seed, unsigned steps) {
        struct world world;

        random_state = seed;
        world_init(&world, "leftctrl+rightctrl");
        world.race = random_race;
        for (unsigned i = 0; i < steps; i++) {
                world.stopped = i % 1000 < 100;
                random_step(&world);
                world_check(&world);
                if (i % 500 == 499)
                        let_go(&world);
        }
        CHECK(world.switches > steps / 200);
        CHECK(world.panics > 0);
        world_done(&world);
}

int main(void) {
        for (unsigned seed = 1; seed <= 20; seed++)
                test_random_user(seed, 5000);
        return 0;
}
