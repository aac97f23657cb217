/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each key of each device has one owner, who got its press and therefore must get its release:
 *
 *         press in host state      host      not grabbed: the desktop sees press and release by itself
 *         press in guest state     guest     we write both to the sink
 *         key that is a command    swallow   in guest state: nobody saw the press, nobody may see the release
 *         held when sides change   swallow   whoever owned it has been given the release already
 *         released                 none
 *
 * The host's releases at a switch are not made here but in input/takeover, because only the kernel can make
 * them. Autorepeat (value 2) is dropped: the sink repeats by itself. Every key edge is a frame of its own,
 * since some guests lose one of two edges in one frame, after the motion that came before it.
 */
#include "input/router.h"

#include <errno.h>
#include <stdlib.h>

#include "input/motion.h"

enum owner {
        OWNER_NONE,
        OWNER_HOST,
        OWNER_GUEST,
        OWNER_SWALLOW,
};

struct router_device {
        struct router *router;      /* borrowed */
        struct router_device *next; /* owner: router.devices */
        struct motion motion;       /* of the frame that is coming in */
        enum input_side side;       /* who gets what it says */
        bool follows;               /* or has a side of its own */
        unsigned n_held;
        uint8_t owner[KEY_CNT];
};

struct router {
        const struct router_callbacks *callbacks; /* borrowed */
        void *userdata;
        enum input_side side; /* of the devices that follow */
        enum guest_path path;
        struct commands commands;
        struct router_device *devices;
        struct keys held;         /* down on any device */
        uint16_t down[KEY_CNT];   /* on how many devices a key is down */
        uint16_t guests[KEY_CNT]; /* through how many the guest holds it, by the code the guest sees */
};

int router_new(struct router **ret, const struct router_callbacks *callbacks, void *userdata) {
        _cleanup_(router_freep) struct router *router = calloc(1, sizeof(*router));
        int r;

        if (!router)
                return -ENOMEM;
        *router = (struct router){ .callbacks = callbacks, .userdata = userdata, .side = INPUT_HOST };
        r = commands_init(&router->commands, &callbacks->commands, userdata);
        if (r < 0)
                return r;
        *ret = steal_ptr(router);
        return 0;
}

struct router *router_free(struct router *router) {
        if (!router)
                return NULL;
        while (router->devices) {
                struct router_device *device = router->devices;

                router->devices = device->next;
                free(device);
        }
        commands_done(&router->commands);
        free(router);
        return NULL;
}

void router_set_toggle(struct router *router, const struct chord *toggle, uint64_t patience) {
        router->commands.toggle = *toggle;
        router->commands.patience = patience;
}

int router_set_hotkeys(struct router *router, const struct hotkey *table, size_t n) {
        return commands_set_hotkeys(&router->commands, table, n, &router->held);
}

void router_let_go(struct router *router) {
        commands_let_go(&router->commands, &router->held);
}

enum input_side router_side(const struct router *router) {
        return router->side;
}

static void emit_motion(struct router_device *device) {
        struct router *router = device->router;
        struct router_value values[MOTION_VALUES];
        size_t n;

        while ((n = motion_next(&device->motion, router->path, values)) > 0)
                router->callbacks->on_frame(SINK_POINTER, values, n, router->userdata);
}

/* The guest holds a key for as long as anything does that has pressed it for it. */
static void hold_for_guest(struct router *router, enum sink_kind sink, uint16_t seen, bool down) {
        const struct router_value value = { EV_KEY, seen, down };
        bool edge = down ? router->guests[seen]++ == 0 : --router->guests[seen] == 0;

        if (edge)
                router->callbacks->on_frame(sink, &value, 1, router->userdata);
}

static void set_owner(struct router_device *device, uint16_t code, enum owner owner) {
        struct router *router = device->router;
        int change = (owner != OWNER_NONE) - (device->owner[code] != OWNER_NONE);

        router->down[code] = (uint16_t)(router->down[code] + change);
        device->n_held += (unsigned)change;
        device->owner[code] = (uint8_t)owner;
        keys_set(&router->held, code, router->down[code] > 0);
}

static void give_to_guest(struct router_device *device, uint16_t code) {
        enum sink_kind sink;
        uint16_t seen = codes_for_guest(code, device->router->path, &sink);

        set_owner(device, code, seen ? OWNER_GUEST : OWNER_SWALLOW);
        emit_motion(device); /* what came before it */
        if (seen)
                hold_for_guest(device->router, sink, seen, true);
}

static void take_from_guest(struct router_device *device, uint16_t code, enum owner next) {
        enum sink_kind sink;
        uint16_t seen = codes_for_guest(code, device->router->path, &sink);

        set_owner(device, code, next);
        emit_motion(device);
        hold_for_guest(device->router, sink, seen, false);
}

/* Nothing is held that could get stuck if the sides changed now. */
static bool neutral(const struct router *router) {
        for (const struct router_device *device = router->devices; device; device = device->next)
                if (device->follows && device->n_held > 0)
                        return false;
        return true;
}

/* Gives a key that went down its owner. One that is a COMMAND is never given to the guest. */
static void press(struct router_device *device, uint16_t code, bool command) {
        if (device->side == INPUT_HOST)
                set_owner(device, code, OWNER_HOST);
        else if (command)
                set_owner(device, code, OWNER_SWALLOW);
        else
                give_to_guest(device, code);
}

static void on_press(struct router_device *device, uint64_t now, uint16_t code) {
        struct router *router = device->router;

        /* A press of a key that is down is the kernel's echo or a driver's habit, no news. */
        if (device->owner[code] != OWNER_NONE)
                return;
        press(device, code, commands_press(&router->commands, now, code, &router->held, router->side));
        commands_fire(&router->commands, router->side); /* the last thing: it may change everything above */
}

static void release(struct router_device *device, uint16_t code) {
        switch ((enum owner)device->owner[code]) {
        case OWNER_NONE:
                return;
        case OWNER_GUEST:
                take_from_guest(device, code, OWNER_NONE);
                return;
        case OWNER_HOST:
        case OWNER_SWALLOW:
                set_owner(device, code, OWNER_NONE);
                return;
        }
}

static void on_release(struct router_device *device, uint64_t now, uint16_t code) {
        struct router *router = device->router;

        release(device, code);
        commands_release(&router->commands, now, &router->held, neutral(router), router->side);
}

int router_add(struct router *router, struct router_device **ret, const struct keys *held, bool follows) {
        struct router_device *device = calloc(1, sizeof(*device));

        if (!device)
                return -ENOMEM;
        device->router = router;
        device->follows = follows;
        device->side = follows ? router->side : INPUT_HOST;
        device->next = router->devices;
        router->devices = device;
        for (uint16_t code = 0; code < KEY_CNT; code++)
                if (keys_has(held, code))
                        set_owner(device, code, device->side == INPUT_HOST ? OWNER_HOST : OWNER_SWALLOW);
        *ret = device;
        return 0;
}

struct router_device *router_remove(struct router_device *device) {
        struct router *router = device ? device->router : NULL;
        struct router_device **link;

        if (!device)
                return NULL;
        for (uint16_t code = 0; code < KEY_CNT; code++)
                release(device, code);
        for (link = &router->devices; *link != device;)
                link = &(*link)->next;
        *link = device->next;
        free(device);
        commands_release(&router->commands, router->commands.now, &router->held, neutral(router),
                         router->side);
        return NULL;
}

void router_event(struct router_device *device, uint64_t now, uint16_t type, uint16_t code, int32_t value) {
        bool guest = device->side == INPUT_GUEST;

        if (type == EV_KEY && code < KEY_CNT && value == 1)
                on_press(device, now, code);
        else if (type == EV_KEY && code < KEY_CNT && value == 0)
                on_release(device, now, code);
        else if (type == EV_REL && guest)
                motion_add(&device->motion, code, value);
        else if (type == EV_SYN && code == SYN_REPORT && guest)
                emit_motion(device);
}

void router_resync(struct router_device *device, const struct keys *held) {
        struct router *router = device->router;

        /* Releases first: a chord is complete only with what is really down. */
        for (uint16_t code = 0; code < KEY_CNT; code++)
                if (!keys_has(held, code))
                        release(device, code);
        for (uint16_t code = 0; code < KEY_CNT; code++)
                if (keys_has(held, code) && device->owner[code] == OWNER_NONE)
                        press(device, code,
                              commands_would_take(&router->commands, code, &router->held, router->side));
        commands_resync(&router->commands, &router->held, router->side, device->side == INPUT_GUEST);
}

/* What either side holds through the device is nobody's until it is released. */
static void leave(struct router_device *device) {
        device->motion = (struct motion){ 0 };
        for (uint16_t code = 0; code < KEY_CNT; code++)
                if (device->owner[code] == OWNER_GUEST)
                        take_from_guest(device, code, OWNER_SWALLOW);
                else if (device->owner[code] == OWNER_HOST)
                        set_owner(device, code, OWNER_SWALLOW);
}

static void move_to(struct router_device *device, enum input_side side) {
        if (device->side == side)
                return;
        device->side = side;
        leave(device);
}

void router_begin_move(struct router *router) {
        commands_begin_move(&router->commands);
}

void router_end_move(struct router *router) {
        commands_end_move(&router->commands);
}

void router_switch(struct router *router, enum input_side side) {
        if (router->side == side)
                return;
        router->side = side;
        for (struct router_device *device = router->devices; device; device = device->next)
                if (device->follows)
                        move_to(device, side);
        commands_set_side(&router->commands, side, &router->held);
}

void router_assign(struct router_device *device, enum input_side side) {
        move_to(device, side);
}

void router_set_path(struct router *router, enum guest_path path) {
        if (router->path == path)
                return;
        for (struct router_device *device = router->devices; device; device = device->next)
                if (device->side == INPUT_GUEST)
                        leave(device);
        router->path = path;
}

/* The key has turned out to be a command after all. */
static void withdraw(struct router *router, uint16_t code) {
        for (struct router_device *device = router->devices; device; device = device->next)
                if (device->owner[code] == OWNER_GUEST)
                        take_from_guest(device, code, OWNER_SWALLOW);
}

void router_tick(struct router *router, uint64_t now) {
        uint16_t code;

        while (commands_tick(&router->commands, now, router->side, &code)) {
                withdraw(router, code);
                commands_fire(&router->commands, router->side);
        }
}

void router_toggle(struct router *router) {
        commands_toggle(&router->commands, neutral(router), router->side);
}

void router_type(struct router *router, const struct chord *chord) {
        for (unsigned pass = 0; pass < 2; pass++)
                for (unsigned i = 0; i < chord->n; i++) {
                        uint16_t code = chord->keys[pass == 0 ? i : chord->n - 1 - i];
                        enum sink_kind sink;
                        uint16_t seen = codes_for_guest(code, router->path, &sink);

                        if (seen)
                                hold_for_guest(router, sink, seen, pass == 0);
                }
}
