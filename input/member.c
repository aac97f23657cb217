/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device is what it can do, not what udev calls it: a desktop's "mouse" may be a tablet, whose motion would
 * be lost with a grab, and a "keyboard" may lack the keys that bring the input home.
 */
#include "input/member.h"

#include <errno.h>
#include <stdlib.h>

#include "core/log.h"

static void on_event(uint64_t usec, uint16_t type, uint16_t code, int32_t value, void *userdata) {
        struct member *member = userdata;
        const struct member_site *site = member->site;

        if (type == EV_KEY && site->on_key && value != 2)
                site->on_key(device_name(member->device), code, value != 0, site->watcher);
        router_event(member->line, usec, type, code, value);
}

static void on_resync(const struct keys *held, void *userdata) {
        struct member *member = userdata;

        router_resync(member->line, held);
}

static void on_gone(void *userdata) {
        struct member *member = userdata;

        member->site->on_gone(member, member->site->userdata);
}

static const struct device_handlers handlers = { on_event, on_resync, on_gone };

static bool can_serve(const struct member *member, const struct discovered *node) {
        if (member->keyboard || member->mouse)
                return true;
        if (member->route == ROUTE_HOST)
                return node->keys;
        return !node->positions && !node->mouse && (node->keys || node->motion);
}

/* Brings it to the side of those that follow, if it is one of them. */
static int join(struct member *member) {
        struct router *router = member->site->router;
        bool follows = member->route == ROUTE_FOLLOW;
        int r;

        device_held(member->device, &member->held);
        if (follows && router_side(router) == INPUT_GUEST) {
                r = device_grab(member->device, &member->held);
                if (r < 0)
                        return r;
        }
        return router_add(router, &member->line, &member->held, follows);
}

int member_open(struct member **ret, const struct member_site *site, const struct discovered *node,
                const struct verdict *verdict) {
        _cleanup_(member_freep) struct member *member = calloc(1, sizeof(*member));
        int r;

        if (!member)
                return -ENOMEM;
        *member = (struct member){ .site = site, .route = verdict->route };
        r = device_open(&member->device, site->loop, site->opener, node->path, &handlers, member);
        if (r < 0)
                return r;
        member->keyboard = (node->keyboard || verdict->named) && device_types(member->device);
        member->mouse = (node->mouse || verdict->named) && device_moves(member->device);
        if (!can_serve(member, node))
                return -EOPNOTSUPP;
        r = join(member);
        if (r < 0)
                return r;

        *ret = steal_ptr(member);
        return 0;
}

struct member *member_free(struct member *member) {
        if (!member)
                return NULL;
        member->line = router_remove(member->line);
        member->device = device_free(member->device);
        free(member);
        return NULL;
}

int member_grab(struct member *member) {
        int r;

        member->held = (struct keys){ 0 };
        r = device_grab(member->device, &member->held);
        if (r < 0 || member->route == ROUTE_FOLLOW)
                return r;
        router_resync(member->line, &member->held);
        router_assign(member->line, INPUT_GUEST);
        return 0;
}

void member_ungrab(struct member *member, void (*ungrab)(struct device *device, struct keys *ret_held)) {
        if (member->route != ROUTE_FOLLOW)
                router_assign(member->line, INPUT_HOST);
        ungrab(member->device, &member->held);
        router_resync(member->line, &member->held);
}

void member_light(struct member *member, unsigned long known, unsigned long leds) {
        for (uint16_t code = 0; member->keyboard && code < LED_CNT; code++)
                if (known >> code & 1)
                        device_set_led(member->device, code, leds >> code & 1);
}

void member_log(const struct member *member) {
        static const char *const sides[] = { "", "changes sides", "is always the host's",
                                             "is always the guest's" };
        const char *path = device_path(member->device), *name = device_name(member->device);

        log_event(LOG_INFO, (.device = path), "Using the %s '%s' (%s), which %s", member_kind(member), name,
                  path, sides[member->route]);
        if (device_read_only(member->device) && member->route != ROUTE_HOST)
                log_event(LOG_WARNING, (.device = path),
                          "'%s' (%s) can only be read: keys held while switching stay down on the host", name,
                          path);
}

struct input_device member_describe(const struct member *member) {
        static const char *const routes[] = { "", "follows", "host", "guest" };

        return (struct input_device){
                .name = device_name(member->device),
                .path = device_path(member->device),
                .route = routes[member->route],
        };
}

const char *member_kind(const struct member *member) {
        return member->keyboard ? "keyboard" : member->mouse ? "mouse" : "device";
}
