/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each key of each device has one owner, who got its press and therefore must get its release:
 *
 *         press in host state      host      not grabbed: the desktop sees press and release by itself
 *         press in guest state     guest     we write both to the sink
 *         trigger of a chord       swallow   in guest state: nobody saw the press, nobody may see the release
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

/* A bouncing or doubly reported chord must not switch twice. */
#define DEBOUNCE_USEC 150000

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
        uint8_t owner[KEY_CNT];
};

struct router {
        const struct router_callbacks *callbacks; /* borrowed */
        void *userdata;
        enum input_side side; /* of the devices that follow */
        enum guest_path path;
        struct chord toggle;
        uint64_t quiet_until; /* no toggle before that */
        struct router_device *devices;
        struct keys held;         /* down on any device */
        uint16_t down[KEY_CNT];   /* on how many devices a key is down */
        uint16_t guests[KEY_CNT]; /* through how many the guest holds it, by the code the guest sees */
};

/* No configuration can take this one away. */
static const struct chord panic = {
        .n = 4,
        .keys = { KEY_LEFTCTRL, KEY_LEFTALT, KEY_LEFTSHIFT, KEY_BACKSPACE },
};

int router_new(struct router **ret, const struct router_callbacks *callbacks, void *userdata) {
        struct router *router = calloc(1, sizeof(*router));

        if (!router)
                return -ENOMEM;
        *router = (struct router){ .callbacks = callbacks, .userdata = userdata, .side = INPUT_HOST };
        *ret = router;
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
        free(router);
        return NULL;
}

void router_set_toggle(struct router *router, const struct chord *toggle) {
        router->toggle = *toggle;
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

static void emit_key(struct router_device *device, enum sink_kind sink, uint16_t code, bool down) {
        struct router *router = device->router;
        struct router_value value = { EV_KEY, code, down };

        emit_motion(device);
        router->callbacks->on_frame(sink, &value, 1, router->userdata);
}

static void set_owner(struct router_device *device, uint16_t code, enum owner owner) {
        struct router *router = device->router;

        if (device->owner[code] == OWNER_NONE && owner != OWNER_NONE)
                router->down[code]++;
        if (device->owner[code] != OWNER_NONE && owner == OWNER_NONE)
                router->down[code]--;
        device->owner[code] = (uint8_t)owner;
        keys_set(&router->held, code, router->down[code] > 0);
}

static void give_to_guest(struct router_device *device, uint16_t code) {
        enum sink_kind sink;
        uint16_t seen = codes_for_guest(code, device->router->path, &sink);

        set_owner(device, code, seen ? OWNER_GUEST : OWNER_SWALLOW);
        if (seen && device->router->guests[seen]++ == 0)
                emit_key(device, sink, seen, true);
}

static void take_from_guest(struct router_device *device, uint16_t code, enum owner next) {
        enum sink_kind sink;
        uint16_t seen = codes_for_guest(code, device->router->path, &sink);

        set_owner(device, code, next);
        if (--device->router->guests[seen] == 0)
                emit_key(device, sink, seen, false);
}

static void request(struct router *router, enum input_side side, enum router_reason reason) {
        router->callbacks->on_request(side, reason, router->userdata);
}

/* Asks for the other side, unless the last toggle was just now. */
static void toggle(struct router *router, uint64_t now) {
        if (now < router->quiet_until)
                return;
        router->quiet_until = now + DEBOUNCE_USEC;
        request(router, router->side == INPUT_HOST ? INPUT_GUEST : INPUT_HOST, ROUTER_TOGGLE);
}

/* Gives a key that went down its owner. One that completes a chord is never given to the guest. */
static void press(struct router_device *device, uint16_t code, bool completes) {
        if (device->side == INPUT_HOST)
                set_owner(device, code, OWNER_HOST);
        else if (completes)
                set_owner(device, code, OWNER_SWALLOW);
        else
                give_to_guest(device, code);
}

static void on_press(struct router_device *device, uint64_t now, uint16_t code) {
        struct router *router = device->router;
        bool panics = chord_completed_by(&panic, code, &router->held);
        bool toggles = chord_completed_by(&router->toggle, code, &router->held);

        /* A press of a key that is down is the kernel's echo or a driver's habit, no news. */
        if (device->owner[code] != OWNER_NONE)
                return;
        press(device, code, panics || toggles);

        /* The request comes last: it may change everything above. */
        if (panics)
                request(router, INPUT_HOST, ROUTER_PANIC);
        else if (toggles)
                toggle(router, now);
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
        struct router_device **link;

        if (!device)
                return NULL;
        for (uint16_t code = 0; code < KEY_CNT; code++)
                release(device, code);
        for (link = &device->router->devices; *link != device;)
                link = &(*link)->next;
        *link = device->next;
        free(device);
        return NULL;
}

void router_event(struct router_device *device, uint64_t now, uint16_t type, uint16_t code, int32_t value) {
        bool guest = device->side == INPUT_GUEST;

        if (type == EV_KEY && code < KEY_CNT && value == 1)
                on_press(device, now, code);
        else if (type == EV_KEY && code < KEY_CNT && value == 0)
                release(device, code);
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
                              chord_completed_by(&router->toggle, code, &router->held) ||
                                      chord_completed_by(&panic, code, &router->held));
        if (device->side == INPUT_GUEST && chord_held(&panic, &router->held))
                request(router, INPUT_HOST, ROUTER_PANIC);
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

void router_switch(struct router *router, enum input_side side) {
        router->side = side;
        for (struct router_device *device = router->devices; device; device = device->next)
                if (device->follows)
                        move_to(device, side);
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
