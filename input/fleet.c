/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In guest state every member is grabbed, or is about to report that it is gone: a device that comes and
 * cannot be grabbed is not taken in, since both sides would hear it.
 */
#include "input/fleet.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "input/advice.h"
#include "input/device.h"

struct member {
        struct fleet *fleet; /* borrowed */
        struct member *next; /* owner: fleet.members */
        struct device *device;
        struct router_device *route;
        bool keyboard, mouse;
        struct keys held; /* between grab and resync */
};

struct fleet {
        sd_event *loop;
        struct router *router; /* borrowed */
        char *keyboard, *mouse;
        struct member *members;
        struct trouble trouble;         /* the last device that could not be used */
        unsigned long leds, leds_known; /* bits by LED_*: the guest's wish, and whether it has one */
        fleet_changed_fn on_change;
        void *userdata;
};

/* --- what is wrong --- */

static void fail(struct fleet *fleet, const char *path, const char *name, bool keyboard, int error) {
        char what[sizeof(fleet->trouble.what)];

        snprintf(what, sizeof(what), "the %s '%s'", keyboard ? "keyboard" : "mouse", name);
        if (!trouble_set(&fleet->trouble, path, what, error))
                return;
        log_event(LOG_WARNING, (.device = path, .error = error), "Cannot use %s (%s): %m", what, path);
        fleet->on_change(fleet->userdata);
}

bool fleet_problem(const struct fleet *fleet, char *buf, size_t size) {
        if (fleet->trouble.error)
                advise_trouble(buf, size, &fleet->trouble);
        else if (fleet_keyboards(fleet) == 0)
                advise_missing(buf, size, "keyboard", fleet->keyboard);
        else if (fleet_mice(fleet) == 0)
                advise_missing(buf, size, "mouse", fleet->mouse);
        else
                return false;
        return true;
}

/* --- members --- */

static void on_event(uint64_t usec, uint16_t type, uint16_t code, int32_t value, void *userdata) {
        struct member *member = userdata;

        router_event(member->route, usec, type, code, value);
}

static void on_resync(const struct keys *held, void *userdata) {
        struct member *member = userdata;

        router_resync(member->route, held);
}

static struct member *member_free(struct member *member) {
        if (!member)
                return NULL;
        member->route = router_remove(member->route);
        member->device = device_free(member->device);
        free(member);
        return NULL;
}

DEFINE_CLEANUP(struct member, member_free);

static void remove_member(struct fleet *fleet, struct member *member) {
        struct member **link = &fleet->members;

        while (*link != member)
                link = &(*link)->next;
        *link = member->next;
        log_event(LOG_INFO, (.device = device_path(member->device)), "'%s' (%s) is gone",
                  device_name(member->device), device_path(member->device));
        trouble_clear(&fleet->trouble, device_path(member->device));
        member_free(member);
        fleet->on_change(fleet->userdata);
}

static void on_gone(void *userdata) {
        struct member *member = userdata;

        remove_member(member->fleet, member);
}

static const struct device_handlers handlers = { on_event, on_resync, on_gone };

static struct member *find_member(const struct fleet *fleet, const char *path) {
        for (struct member *member = fleet->members; member; member = member->next)
                if (strcmp(device_path(member->device), path) == 0)
                        return member;
        return NULL;
}

static void light(struct member *member) {
        const struct fleet *fleet = member->fleet;

        for (uint16_t code = 0; member->keyboard && code < LED_CNT; code++)
                if (fleet->leds_known >> code & 1)
                        device_set_led(member->device, code, fleet->leds >> code & 1);
}

/* Brings a new device to the side the others are on. */
static int join_side(struct member *member) {
        int r;

        device_held(member->device, &member->held);
        if (router_side(member->fleet->router) == INPUT_GUEST) {
                r = device_grab(member->device, &member->held);
                if (r < 0)
                        return r;
                light(member);
        }
        return router_add(member->fleet->router, &member->route, &member->held, true);
}

/* 0: it is in; 1: not one of ours after all. */
static int add_member(struct fleet *fleet, const struct discovered *found, bool keyboard, bool mouse) {
        _cleanup_(member_freep) struct member *member = calloc(1, sizeof(*member));
        int r;

        if (!member)
                return -ENOMEM;
        *member = (struct member){ .fleet = fleet, .keyboard = keyboard, .mouse = mouse };
        r = device_open(&member->device, fleet->loop, found->path, &handlers, member);
        if (r < 0)
                return r;
        member->keyboard = keyboard && device_types(member->device);
        member->mouse = mouse && device_moves(member->device);
        if (!member->keyboard && !member->mouse)
                return 1;
        r = join_side(member);
        if (r < 0)
                return r;
        if (device_read_only(member->device))
                log_event(LOG_WARNING, (.device = found->path),
                          "'%s' (%s) can only be read: keys held while switching stay down on the host",
                          found->name, found->path);
        member->next = fleet->members;
        fleet->members = steal_ptr(member);
        return 0;
}

/* A path may be a link, such as those in by-id, which udev has made before it announces the node. */
static bool wanted(const char *option, const struct discovered *found, bool of_kind) {
        char target[PATH_MAX];

        if (strcmp(option, "auto") == 0)
                return of_kind;
        return realpath(option, target) && strcmp(target, found->path) == 0;
}

void fleet_found(struct fleet *fleet, const struct discovered *found) {
        bool keyboard, mouse;
        int r;

        if (found->ours || find_member(fleet, found->path))
                return;
        keyboard = wanted(fleet->keyboard, found, found->keyboard);
        mouse = wanted(fleet->mouse, found, found->mouse);
        if (!keyboard && !mouse)
                return;
        r = add_member(fleet, found, keyboard, mouse);
        if (r < 0) {
                fail(fleet, found->path, found->name, keyboard, r);
                return;
        }
        trouble_clear(&fleet->trouble, found->path);
        if (r > 0)
                return;
        log_event(LOG_INFO, (.device = found->path), "Using the %s '%s' (%s)",
                  keyboard ? "keyboard" : "mouse", found->name, found->path);
        fleet->on_change(fleet->userdata);
}

void fleet_lost(struct fleet *fleet, const char *path) {
        struct member *member = find_member(fleet, path);

        if (member) {
                remove_member(fleet, member);
                return;
        }
        trouble_clear(&fleet->trouble, path);
        fleet->on_change(fleet->userdata);
}

/* --- sides --- */

static void ungrab_all(struct fleet *fleet, void (*ungrab)(struct device *device, struct keys *ret_held)) {
        for (struct member *member = fleet->members; member; member = member->next) {
                ungrab(member->device, &member->held);
                router_resync(member->route, &member->held);
        }
        for (struct member *member = fleet->members; member; member = member->next)
                device_restore_leds(member->device);
}

/* A device that was unplugged this instant does not count: it will say so itself. */
static int grab_all(struct fleet *fleet) {
        for (struct member *member = fleet->members; member; member = member->next) {
                const char *path = device_path(member->device);
                int r;

                member->held = (struct keys){ 0 };
                r = device_grab(member->device, &member->held);
                if (r < 0 && r != -ENODEV) {
                        fail(fleet, path, device_name(member->device), member->keyboard, r);
                        return r;
                }
                trouble_clear(&fleet->trouble, path);
        }
        return 0;
}

int fleet_take(struct fleet *fleet) {
        int r;

        if (fleet_keyboards(fleet) == 0)
                return -ENODEV;
        r = grab_all(fleet);
        if (r < 0) {
                ungrab_all(fleet, device_undo_grab);
                return r;
        }
        for (struct member *member = fleet->members; member; member = member->next)
                router_resync(member->route, &member->held);
        router_switch(fleet->router, INPUT_GUEST);
        for (struct member *member = fleet->members; member; member = member->next)
                light(member);
        return 0;
}

void fleet_give_back(struct fleet *fleet) {
        router_switch(fleet->router, INPUT_HOST);
        ungrab_all(fleet, device_ungrab);
}

void fleet_forget_leds(struct fleet *fleet) {
        fleet->leds = fleet->leds_known = 0;
}

void fleet_set_led(struct fleet *fleet, uint16_t code, bool on) {
        if (code >= LED_CNT)
                return;
        fleet->leds_known |= 1UL << code;
        fleet->leds = (fleet->leds & ~(1UL << code)) | (unsigned long)on << code;
        for (struct member *member = fleet->members; member; member = member->next)
                light(member);
}

unsigned fleet_keyboards(const struct fleet *fleet) {
        unsigned n = 0;

        for (const struct member *member = fleet->members; member; member = member->next)
                n += member->keyboard;
        return n;
}

unsigned fleet_mice(const struct fleet *fleet) {
        unsigned n = 0;

        for (const struct member *member = fleet->members; member; member = member->next)
                n += member->mouse;
        return n;
}

/* --- life --- */

static void remove_all(struct fleet *fleet) {
        fleet_give_back(fleet);
        while (fleet->members) {
                struct member *member = fleet->members;

                fleet->members = member->next;
                member_free(member);
        }
        fleet->trouble = (struct trouble){ 0 };
}

int fleet_configure(struct fleet *fleet, const char *keyboard, const char *mouse) {
        _cleanup_free_ char *new_keyboard = strdup(keyboard), *new_mouse = strdup(mouse);

        if (!new_keyboard || !new_mouse)
                return -ENOMEM;
        remove_all(fleet);
        free(fleet->keyboard);
        free(fleet->mouse);
        fleet->keyboard = steal_ptr(new_keyboard);
        fleet->mouse = steal_ptr(new_mouse);
        return 0;
}

int fleet_new(struct fleet **ret, sd_event *loop, struct router *router, fleet_changed_fn on_change,
              void *userdata) {
        struct fleet *fleet = calloc(1, sizeof(*fleet));

        if (!fleet)
                return -ENOMEM;
        *fleet = (struct fleet){
                .loop = sd_event_ref(loop),
                .router = router,
                .on_change = on_change,
                .userdata = userdata,
        };
        *ret = fleet;
        return 0;
}

struct fleet *fleet_free(struct fleet *fleet) {
        if (!fleet)
                return NULL;
        remove_all(fleet);
        free(fleet->keyboard);
        free(fleet->mouse);
        sd_event_unref(fleet->loop);
        free(fleet);
        return NULL;
}
