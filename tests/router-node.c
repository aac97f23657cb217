/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's part, after drivers/input/{input,evdev}.c: a key event that changes nothing is no event; a
 * grab hides events from the host and releases nothing; an injected event is one like any other; reading the
 * state drops the key events that were queued.
 */
#include "tests/router-world.h"

#include <ctype.h>
#include <errno.h>

#include <libevdev/libevdev.h>

#include "tests/test.h"

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

static void host_sees(struct node *node, uint16_t code, bool down) {
        bool bare = !down && !keys_has(&node->host, code);

        if (down)
                CHECK(!keys_has(&node->host, code));
        keys_set(&node->host, code, down);
        if (node->world->eyes && !bare)
                node->world->eyes->on_host(node, code, down, node->world->userdata);
        world_trace(node->world, "host %s %s%s\n", down ? "press" : "release", world_key_name(code),
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

const struct takeover_ops node_ops = { op_held, op_inject, op_grab };

void world_overflow(struct node *node) {
        node->queued = 0;
        node->deaf = true;
}

void node_die(struct node *node) {
        node->deaf = true;
        for (uint16_t code = 0; code < KEY_CNT; code++)
                kernel_event(node, EV_KEY, code, 0);
        CHECK(keys_empty(&node->host));
}
