/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/takeover.h"

#include <errno.h>

#include "tests/router-world.h"
#include "tests/test.h"

struct fake {
        unsigned grabs, fails_at; /* the call, counted from 1, that fails */
        unsigned calls;
        bool grabbed, down;
};

static int fake_call(struct fake *fake) {
        return ++fake->calls == fake->fails_at ? -EBUSY : 0;
}

static int fake_held(void *node, struct keys *ret) {
        struct fake *fake = node;
        int r = fake_call(fake);

        if (r < 0)
                return r;
        *ret = (struct keys){ 0 };
        keys_set(ret, KEY_A, fake->down);
        return 0;
}

static int fake_inject(void *node, const struct keys *keys, bool down) {
        struct fake *fake = node;
        int r = fake_call(fake);

        if (r < 0)
                return r;
        if (keys_has(keys, KEY_A))
                fake->down = down;
        return 0;
}

static int fake_grab(void *node, bool on) {
        struct fake *fake = node;
        int r = fake_call(fake);

        if (r < 0)
                return r;
        fake->grabbed = on;
        fake->grabs += on;
        return 0;
}

static void test_fails(void) {
        static const struct takeover_ops ops = { fake_held, fake_inject, fake_grab };

        /* held, inject, grab, held, inject, held; whichever fails, the device is as before: */
        for (unsigned at = 1; at <= 6; at++) {
                struct fake fake = { .fails_at = at, .down = true };
                struct keys held;

                CHECK_EQ(takeover(&ops, &fake, &held), -EBUSY);
                CHECK(!fake.grabbed);
                CHECK(fake.down);
        }
}

static int stubborn_inject(void *node, const struct keys *keys, bool down) {
        return 0;
}

static void test_gives_up(void) {
        static const struct takeover_ops ops = { fake_held, stubborn_inject, fake_grab };
        struct fake fake = { .down = true };
        struct keys held;

        /* A key that will not be released must not keep the user from switching. */
        CHECK_EQ(takeover(&ops, &fake, &held), 0);
        CHECK_EQ(fake.grabs, 3);
        CHECK(fake.grabbed);
        CHECK(keys_has(&held, KEY_A));
}

static void press_b_late(struct node *node) {
        static unsigned calls;

        if (++calls == 3) /* after the releases, before the grab */
                world_key(node, KEY_B, 1);
}

/* A key comes between release and grab: the host is given its release too, and none of them is forgotten. */
static void test_retries(void) {
        struct keys held = { 0 };
        struct world world;
        struct node *node;

        world_init(&world, "leftctrl+rightctrl");
        keys_set(&held, KEY_A, true);
        node = world_plug(&world, "kbd", &held, true);
        world.race = press_b_late;
        CHECK_EQ(world_switch(&world, INPUT_GUEST), 0);
        CHECK(node->grabbed);
        CHECK(keys_empty(&node->host));
        CHECK(keys_has(&node->kernel, KEY_A));
        CHECK(keys_has(&node->kernel, KEY_B));
        world_done(&world);
}

int main(void) {
        test_fails();
        test_gives_up();
        test_retries();
        return 0;
}
