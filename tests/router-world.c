/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What input/fleet and input/device do with descriptors is done here with structs, in the same order. Two
 * laws are checked with each event a side sees: it gets no press of a key it holds and no release of one it
 * does not, except that the host gets bare releases after a switch, which desktops ignore.
 */
#include "tests/router-world.h"

#include <ctype.h>
#include <errno.h>

#include <libevdev/libevdev.h>

#include "input/takeover.h"
#include "tests/test.h"

#define trace(world, ...)                                                                                    \
        do {                                                                                                 \
                if ((world)->trace)                                                                          \
                        fprintf((world)->trace, __VA_ARGS__);                                                \
        } while (0)

const char *world_key_name(uint16_t code) {
        static char text[64];
        const char *name = libevdev_event_code_get_name(EV_KEY, code);
        size_t n = 0;

        if (!name)
                return "?";
        for (name += 4; name[n] && n < sizeof(text) - 1; n++)
                text[n] = (char)tolower((unsigned char)name[n]);
        text[n] = 0;
        return text;
}

/* --- the kernel --- */

static void host_sees(struct node *node, uint16_t code, bool down) {
        bool bare = !down && !keys_has(&node->host, code);

        if (down)
                CHECK(!keys_has(&node->host, code));
        keys_set(&node->host, code, down);
        trace(node->world, "host %s %s%s\n", down ? "press" : "release", world_key_name(code),
              bare ? " bare" : "");
}

static void kernel_event(struct node *node, uint16_t type, uint16_t code, int32_t value) {
        if (type == EV_KEY && value != 2) {
                if (keys_has(&node->kernel, code) == (value != 0))
                        return;
                keys_set(&node->kernel, code, value != 0);
                if (!node->grabbed)
                        host_sees(node, code, value != 0);
        }
        if (type == EV_REL && !node->grabbed)
                return; /* masked, see device.c */
        if (node->deaf)
                return;
        CHECK(node->queued < QUEUE_MAX);
        node->queue[node->queued++] = (struct router_value){ type, code, value };
}

static void hardware_report(struct node *node) {
        for (uint16_t code = 0; code < KEY_CNT; code++)
                if (keys_has(&node->hardware, code) != keys_has(&node->kernel, code))
                        kernel_event(node, EV_KEY, code, keys_has(&node->hardware, code));
}

void world_key(struct node *node, uint16_t code, int32_t value) {
        keys_set(&node->hardware, code, value != 0);
        if (node->bitmap && value != 2)
                hardware_report(node);
        else
                kernel_event(node, EV_KEY, code, value);
        kernel_event(node, EV_SYN, SYN_REPORT, 0);
}

void world_rel(struct node *node, uint16_t code, int32_t value) {
        kernel_event(node, EV_REL, code, value);
}

void world_syn(struct node *node) {
        kernel_event(node, EV_SYN, SYN_REPORT, 0);
}

static void race(struct node *node) {
        if (node->world->race)
                node->world->race(node);
}

static int op_held(void *userdata, struct keys *ret) {
        struct node *node = userdata;
        size_t kept = 0;

        race(node);
        *ret = node->kernel;
        for (size_t i = 0; i < node->queued; i++)
                if (node->queue[i].type != EV_KEY)
                        node->queue[kept++] = node->queue[i];
        node->queued = kept;
        return 0;
}

static int op_inject(void *userdata, const struct keys *keys, bool down) {
        struct node *node = userdata;

        race(node);
        for (uint16_t code = 0; code < KEY_CNT; code++)
                if (keys_has(keys, code))
                        kernel_event(node, EV_KEY, code, down);
        return 0;
}

static int op_grab(void *userdata, bool on) {
        struct node *node = userdata;

        race(node);
        if (on && node->busy)
                return -EBUSY;
        node->grabbed = on;
        return 0;
}

static const struct takeover_ops ops = { op_held, op_inject, op_grab };

/* --- what fleet does --- */

static void give_back(struct node *node) {
        struct keys held;

        node->epoch++;
        node->grabbed = false;
        op_held(node, &held);
        router_resync(node->route, &held);
}

static int take(struct node *node, struct keys *ret_held) {
        node->epoch++;
        return takeover(&ops, node, ret_held);
}

#define for_each_plugged(node, world)                                                                        \
        for (typeof(&(world)->nodes[0]) node = (world)->nodes; node < (world)->nodes + NODES_MAX; node++)    \
                if (node->plugged)

static int to_guest(struct world *world) {
        struct keys held[NODES_MAX] = { 0 };
        int r = world->stopped ? -EHOSTDOWN : 0;

        for_each_plugged(node, world) if (r == 0) r = take(node, &held[node - world->nodes]);
        if (r < 0) {
                if (!world->stopped)
                        for_each_plugged(node, world) give_back(node);
                return r;
        }
        for_each_plugged(node, world) router_resync(node->route, &held[node - world->nodes]);
        router_switch(world->router, INPUT_GUEST);
        return 0;
}

int world_switch(struct world *world, enum input_side side) {
        int r = 0;

        if (side == router_side(world->router))
                return 0;
        if (side == INPUT_GUEST) {
                r = to_guest(world);
        } else {
                router_switch(world->router, INPUT_HOST);
                for_each_plugged(node, world) give_back(node);
        }
        trace(world, "%s %s\n", r < 0 ? "refused" : "side", side == INPUT_GUEST ? "guest" : "host");
        world->switches += r == 0;
        return r;
}

static void on_request(enum input_side side, enum command_reason reason, void *userdata) {
        struct world *world = userdata;

        world->panics += reason == COMMAND_PANIC;
        trace(world, "%s\n", reason == COMMAND_PANIC ? "panic" : "toggle");
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
        trace(world, "guest %s %s\n", value->value ? "press" : "release", world_key_name(value->code));
}

static void on_frame(enum sink_kind sink, const struct router_value *values, size_t n, void *userdata) {
        struct world *world = userdata;

        CHECK(n > 0);
        if (values->type == EV_KEY) {
                CHECK_EQ(n, 1);
                guest_key(world, sink, values);
                return;
        }
        CHECK_EQ(sink, SINK_POINTER);
        trace(world, "guest rel");
        for (size_t i = 0; i < n; i++)
                trace(world, " %s %d", libevdev_event_code_get_name(EV_REL, values[i].code) + 4,
                      values[i].value);
        trace(world, "\n");
}

static void on_hotkey(unsigned index, bool down, void *userdata) {
        struct world *world = userdata;

        world->hotkeys_down += down ? 1 : -1;
        trace(world, "hotkey %u %s\n", index, down ? "down" : "up");
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

void world_overflow(struct node *node) {
        node->queued = 0;
        node->deaf = true;
}

void world_recover(struct node *node) {
        struct keys held;

        node->deaf = false;
        op_held(node, &held);
        router_resync(node->route, &held);
}

struct node *world_plug(struct world *world, const char *name, const struct keys *held) {
        struct node *node = world->nodes;
        struct keys down = *held;

        while (node->plugged)
                node++;
        *node = (struct node){ .world = world, .plugged = true, .hardware = *held, .kernel = *held };
        snprintf(node->name, sizeof(node->name), "%s", name);
        node->host = *held; /* the desktop opened it before we did */
        if (router_side(world->router) == INPUT_GUEST)
                CHECK_EQ(take(node, &down), 0);
        CHECK_EQ(router_add(world->router, &node->route, &down, true), 0);
        return node;
}

/* Of a node that is grabbed the kernel releases the keys for nobody but us, who cannot read it any more. */
void world_unplug(struct node *node) {
        node->deaf = true;
        for (uint16_t code = 0; code < KEY_CNT; code++)
                kernel_event(node, EV_KEY, code, 0);
        CHECK(keys_empty(&node->host));
        node->plugged = false;
        node->route = router_remove(node->route);
}

static bool somebody_holds(const struct world *world, uint16_t seen) {
        enum sink_kind sink;

        for (uint16_t code = 0; code < KEY_CNT; code++)
                for_each_plugged(node,
                                 world) if (keys_has(&node->hardware, code) &&
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
                if (world->guest[code]) {
                        CHECK_EQ(router_side(world->router), INPUT_GUEST);
                        CHECK(somebody_holds(world, code));
                }
                for_each_plugged(node, world) {
                        CHECK_EQ(node->grabbed, router_side(world->router) == INPUT_GUEST);
                        if (keys_has(&node->host, code))
                                CHECK(!node->grabbed && keys_has(&node->hardware, code));
                }
        }
}

void world_init(struct world *world, const char *toggle) {
        struct chord chord;

        *world = (struct world){ .now = 1000000, .deadline = HOTKEYS_NEVER };
        CHECK_EQ(router_new(&world->router, &callbacks, world), 0);
        CHECK_EQ(chord_parse(&chord, toggle), 0);
        router_set_toggle(world->router, &chord, 0);
}

void world_done(struct world *world) {
        world->router = router_free(world->router);
}
