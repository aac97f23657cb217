/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What input/fleet and input/device do with descriptors is done here with structs, in the same order. Two
 * laws are checked with each event a side sees: it gets no press of a key it holds and no release of one it
 * does not, except that the host gets bare releases after a switch, which desktops ignore.
 */
#include "tests/router-world.h"

#include <errno.h>

#include <libevdev/libevdev.h>

#include "input/takeover.h"
#include "tests/test.h"

/* --- what fleet does --- */

static void give_back(struct node *node) {
        struct keys held;

        node->epoch++;
        node->grabbed = false;
        node_ops.held(node, &held);
        router_resync(node->route, &held);
}

/* The others could not follow: the host hears anew of what is down. */
static void undo(struct node *node) {
        struct keys held = node->kernel;

        node->epoch++;
        if (node->grabbed) {
                node->grabbed = false;
                node_ops.inject(node, &held, false);
                node_ops.inject(node, &held, true);
        }
        node_ops.held(node, &held);
        router_resync(node->route, &held);
}

static int take(struct node *node, struct keys *ret_held) {
        node->epoch++;
        return takeover(&node_ops, node, ret_held);
}

#define for_each_plugged(node, world)                                                                        \
        for (typeof(&(world)->nodes[0]) node = (world)->nodes; node < (world)->nodes + NODES_MAX; node++)    \
                if (node->plugged)

#define for_each_follower(node, world) for_each_plugged(node, world) if (node->follows)

static int to_guest(struct world *world) {
        struct keys held[NODES_MAX] = { 0 };
        int r = world->stopped ? -EHOSTDOWN : 0;

        for_each_follower(node, world) if (r == 0) r = take(node, &held[node - world->nodes]);
        if (r < 0) {
                if (!world->stopped)
                        for_each_follower(node, world) undo(node);
                return r;
        }
        for_each_follower(node, world) router_resync(node->route, &held[node - world->nodes]);
        router_switch(world->router, INPUT_GUEST);
        return 0;
}

int world_switch(struct world *world, enum input_side side) {
        bool busy = world->busy;
        int r = 0;

        if (side == router_side(world->router))
                return 0;
        world->busy = true;
        router_begin_move(world->router);
        if (side == INPUT_GUEST) {
                r = to_guest(world);
        } else {
                router_switch(world->router, INPUT_HOST);
                for_each_follower(node, world) give_back(node);
        }
        world_trace(world, "%s %s\n", r < 0 ? "refused" : "side", side == INPUT_GUEST ? "guest" : "host");
        world->switches += r == 0;
        world->busy = busy;
        router_end_move(world->router);
        return r;
}

int world_assign(struct node *node, enum input_side side) {
        bool to_the_guest = side == INPUT_GUEST;
        struct keys held = { 0 };
        int r = 0;

        if (node->grabbed == to_the_guest)
                return 0;
        if (to_the_guest) {
                r = take(node, &held);
                if (r < 0)
                        undo(node);
                else
                        router_resync(node->route, &held);
        }
        if (r == 0)
                router_assign(node->route, side);
        if (!to_the_guest)
                give_back(node);
        world_trace(node->world, "%s %s %s\n", node->name, r < 0 ? "refused" : "side",
                    to_the_guest ? "guest" : "host");
        return r;
}

static void on_request(enum input_side side, enum command_reason reason, void *userdata) {
        struct world *world = userdata;

        world->panics += reason == COMMAND_PANIC;
        world_trace(world, "%s\n", reason == COMMAND_PANIC ? "panic" : "toggle");
        if (reason == COMMAND_PANIC)
                router_let_go(world->router);
        (void)world_switch(world, side);
}

/* --- the guest --- */

static void guest_key(struct world *world, enum sink_kind sink, const struct router_value *value) {
        CHECK(codes_sink_has(sink, value->code));
        CHECK_EQ(world->guest[value->code], !value->value);
        world->guest[value->code] = (uint16_t)value->value;
        CHECK(!world->guest[KEY_LEFTCTRL] || !world->guest[KEY_RIGHTCTRL]); /* the toggle of all tests */
        world_trace(world, "guest %s %s\n", value->value ? "press" : "release", world_key_name(value->code));
}

static void on_frame(enum sink_kind sink, const struct router_value *values, size_t n, void *userdata) {
        struct world *world = userdata;

        CHECK(n > 0);
        if (world->eyes)
                world->eyes->on_guest(values, n, world->userdata);
        if (values->type == EV_KEY) {
                CHECK_EQ(n, 1);
                guest_key(world, sink, values);
                return;
        }
        CHECK_EQ(sink, SINK_POINTER);
        world_trace(world, "guest rel");
        for (size_t i = 0; i < n; i++)
                world_trace(world, " %s %d", libevdev_event_code_get_name(EV_REL, values[i].code) + 4,
                            values[i].value);
        world_trace(world, "\n");
}

static void do_deed(struct world *world, enum deed deed) {
        switch (deed) {
        case DO_NOTHING:
                return;
        case DO_TO_HOST:
        case DO_TO_GUEST:
                (void)world_switch(world, deed == DO_TO_HOST ? INPUT_HOST : INPUT_GUEST);
                return;
        case DO_PANIC:
                on_request(INPUT_HOST, COMMAND_PANIC, world);
                return;
        }
}

static void on_hotkey(unsigned index, bool down, void *userdata) {
        struct world *world = userdata;

        world->hotkeys_down += down ? 1 : -1;
        if (world->eyes)
                world->eyes->on_hotkey(index, down, world->userdata);
        world_trace(world, "hotkey %u %s\n", index, down ? "down" : "up");
        /* What it does could not be done now, or would be done in the middle of another. */
        CHECK(!world->busy);
        world->busy = true;
        do_deed(world, world->deeds[index][down]);
        world->busy = false;
}

static void on_deadline(uint64_t usec, void *userdata) {
        struct world *world = userdata;

        world->deadline = usec;
}

static const struct router_callbacks callbacks = { on_frame, { on_request, on_hotkey, on_deadline } };

/* --- ours --- */

void world_deliver(struct node *node) {
        struct router_value values[64];
        unsigned epoch = node->epoch;

        while (node->queued > 0) {
                size_t n = node->queued < 64 ? node->queued : 64;

                memcpy(values, node->queue, n * sizeof(*values));
                node->queued -= n;
                memmove(node->queue, node->queue + n, node->queued * sizeof(*values));
                for (size_t i = 0; i < n && node->epoch == epoch; i++)
                        router_event(node->route, node->world->now, values[i].type, values[i].code,
                                     values[i].value);
                epoch = node->epoch;
        }
}

void world_recover(struct node *node) {
        struct keys held;

        node->deaf = false;
        node_ops.held(node, &held);
        router_resync(node->route, &held);
}

struct node *world_plug(struct world *world, const char *name, const struct keys *held, bool follows) {
        struct node *node = world->nodes;
        struct keys down = *held;

        while (node->plugged)
                node++;
        *node = (struct node){
                .world = world,
                .plugged = true,
                .follows = follows,
                .hardware = *held,
                .kernel = *held,
        };
        snprintf(node->name, sizeof(node->name), "%s", name);
        node->host = *held; /* the desktop opened it before we did */
        if (follows && router_side(world->router) == INPUT_GUEST)
                CHECK_EQ(take(node, &down), 0);
        CHECK_EQ(router_add(world->router, &node->route, &down, follows), 0);
        return node;
}

/* Of a node that is grabbed the kernel releases the keys for nobody but us, who cannot read it any more. */
void world_unplug(struct node *node) {
        node_die(node);
        node->plugged = false;
        node->route = router_remove(node->route);
}

static bool somebody_holds(const struct world *world, uint16_t seen) {
        enum sink_kind sink;

        for (uint16_t code = 0; code < KEY_CNT; code++)
                for_each_plugged(node,
                                 world) if (node->grabbed && keys_has(&node->hardware, code) &&
                                            codes_for_guest(code, world->path, &sink) == seen) return true;
        return false;
}

void world_wait(struct world *world, uint64_t usec) {
        uint64_t until = world->now + usec;

        while (world->deadline <= until) {
                world->now = world->deadline > world->now ? world->deadline : world->now;
                router_tick(world->router, world->now);
        }
        world->now = until;
}

void world_set_path(struct world *world, enum guest_path path) {
        router_set_path(world->router, path);
        world->path = path;
}

void world_check(const struct world *world) {
        for_each_plugged(node, world) if (node->deaf) /* we cannot know yet */
                return;
        for (uint16_t code = 0; code < KEY_CNT; code++) {
                if (world->guest[code])
                        CHECK(somebody_holds(world, code));
                for_each_plugged(node, world) {
                        CHECK(!node->follows || node->grabbed == (router_side(world->router) == INPUT_GUEST));
                        if (keys_has(&node->host, code))
                                CHECK(!node->grabbed && keys_has(&node->hardware, code));
                }
        }
}

static void make_router(struct world *world) {
        world->deadline = HOTKEYS_NEVER;
        CHECK_EQ(router_new(&world->router, &callbacks, world), 0);
        router_set_toggle(world->router, &world->toggle, 0);
        router_set_path(world->router, world->path);
}

/* The kernel closes what we had open, which ends the grabs; what the sinks hold, the next of us lets go. */
void world_kill(struct world *world) {
        world->router = router_free(world->router);
        world->hotkeys_down = 0;
        make_router(world);
        world_trace(world, "killed\n");
        for (uint16_t code = 0; code < KEY_CNT; code++)
                if (world->guest[code])
                        on_frame(codes_sink_has(SINK_POINTER, code) ? SINK_POINTER : SINK_KEYBOARD,
                                 &(struct router_value){ EV_KEY, code, 0 }, 1, world);
        for_each_plugged(node, world) {
                node->grabbed = node->deaf = false;
                node->queued = 0;
                node->epoch++;
                CHECK_EQ(router_add(world->router, &node->route, &node->kernel, node->follows), 0);
        }
}

void world_init(struct world *world, const char *toggle) {
        *world = (struct world){ .now = 1000000 };
        CHECK_EQ(chord_parse(&world->toggle, toggle), 0);
        make_router(world);
}

void world_done(struct world *world) {
        world->router = router_free(world->router);
}
