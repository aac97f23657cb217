/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * While the guest has the input every member that follows is grabbed, or is about to report that it is gone:
 * one that comes and cannot be grabbed is not taken in, since both sides would hear it. Those that are always
 * the guest's are each on their own: one that cannot be grabbed stays with the host, and is named as trouble.
 *
 * Which node goes where is the desk's knowledge, and may change with what is plugged in beside it.
 */
#include "input/fleet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "input/advice.h"
#include "input/device.h"
#include "input/member.h"

struct fleet {
        struct member_site site;
        struct desk *desk;
        struct member *members;
        struct trouble trouble;         /* the last device that could not be used */
        unsigned roster;                /* counts members that have come and gone */
        bool guest_present;             /* to have those that are always the guest's */
        unsigned long leds, leds_known; /* bits by LED_*: the guest's wish, and whether it has one */
        fleet_changed_fn on_change;
        void *userdata;
};

#define for_each_member(member, fleet)                                                                       \
        for (struct member *member = (fleet)->members; member; member = member->next)

/* --- what is wrong --- */

static void fail(struct fleet *fleet, const char *path, const char *kind, const char *name, int error) {
        char what[sizeof(fleet->trouble.what)];

        snprintf(what, sizeof(what), "the %s '%s'", kind, name);
        if (!trouble_set(&fleet->trouble, path, what, error))
                return;
        log_event(LOG_WARNING, (.device = path, .error = error, .message = MESSAGE_DEVICE_UNUSABLE),
                  "Cannot use %s (%s): %m", what, path);
        fleet->on_change(fleet->userdata);
}

static void fail_member(struct fleet *fleet, const struct member *member, int error) {
        fail(fleet, device_path(member->device), member_kind(member), device_name(member->device), error);
}

bool fleet_problem(const struct fleet *fleet, char *buf, size_t size) {
        if (!fleet->trouble.error)
                return desk_lacks(fleet->desk, fleet_keyboards(fleet), fleet_mice(fleet), buf, size);
        advise_trouble(buf, size, &fleet->trouble, fleet->site.opener);
        return true;
}

/* --- members --- */

static void light(const struct fleet *fleet, struct member *member) {
        member_light(member, fleet->leds_known, fleet->leds);
}

static struct member *find_member(const struct fleet *fleet, const char *path) {
        for_each_member(member, fleet) if (strcmp(device_path(member->device), path) == 0) return member;
        return NULL;
}

static void remove_member(struct fleet *fleet, struct member *member, const char *why) {
        struct member **link = &fleet->members;

        while (*link != member)
                link = &(*link)->next;
        *link = member->next;
        fleet->roster++;
        log_event(LOG_INFO, (.device = device_path(member->device), .message = MESSAGE_DEVICE_GONE),
                  "'%s' (%s) %s", device_name(member->device), device_path(member->device), why);
        trouble_clear(&fleet->trouble, device_path(member->device));
        member_free(member);
        fleet->on_change(fleet->userdata);
}

/* One that is always the guest's. */
static void give_to_guest(struct fleet *fleet, struct member *member) {
        int r;

        if (device_grabbed(member->device))
                return;
        r = member_grab(member);
        if (r == -ENODEV) /* unplugged this instant: it will say so itself */
                return;
        if (r < 0) {
                fail_member(fleet, member, r);
                return;
        }
        trouble_clear(&fleet->trouble, device_path(member->device));
        light(fleet, member);
}

static void add_member(struct fleet *fleet, struct member *member) {
        member->next = fleet->members;
        fleet->members = member;
        fleet->roster++;
        member_log(member);
        if (member->route == ROUTE_GUEST && fleet->guest_present)
                give_to_guest(fleet, member);
        light(fleet, member);
        fleet->on_change(fleet->userdata);
}

static void open_node(struct fleet *fleet, const struct discovered *node, const struct verdict *verdict) {
        struct member *member;
        int r;

        r = member_open(&member, &fleet->site, node, verdict);
        if (r == -EINPROGRESS)
                return;
        /* Among all mice there are tablets, and nobody asked for them. */
        if (r < 0 && (r != -EOPNOTSUPP || verdict->named)) {
                fail(fleet, node->path,
                     node->keyboard ? "keyboard"
                     : node->mouse  ? "mouse"
                                    : "device",
                     node->name, r);
                return;
        }
        trouble_clear(&fleet->trouble, node->path);
        if (r >= 0)
                add_member(fleet, member);
}

/* Has NODE used as the desk says, which depends on what else is there. */
static void settle(struct fleet *fleet, const struct discovered *node) {
        const struct verdict verdict = desk_judge(fleet->desk, node);
        struct member *member = find_member(fleet, node->path);

        if (member && member->route == verdict.route)
                return;
        if (member)
                remove_member(fleet, member, "is not used as before");
        if (verdict.route != ROUTE_NONE)
                open_node(fleet, node, &verdict);
}

static void settle_receiver(struct fleet *fleet, const struct discovered *node) {
        for (const struct discovered *other = desk_next(fleet->desk, NULL); other;
             other = desk_next(fleet->desk, other))
                if (strcmp(other->path, node->path) != 0 && discovered_same_receiver(other, node))
                        settle(fleet, other);
}

void fleet_found(struct fleet *fleet, const struct discovered *found) {
        int r;

        if (found->ours)
                return;
        r = desk_put(fleet->desk, found);
        if (r < 0) {
                fail(fleet, found->path, "device", found->name, r);
                return;
        }
        settle(fleet, found);
        settle_receiver(fleet, found);
}

void fleet_lost(struct fleet *fleet, const char *path) {
        _cleanup_(discovered_freep) struct discovered *node = desk_take(fleet->desk, path);
        struct member *member = find_member(fleet, path);

        trouble_clear(&fleet->trouble, path);
        if (member)
                remove_member(fleet, member, "is gone"); /* and PATH, if it was the member's */
        if (node)
                settle_receiver(fleet, node);
        fleet->on_change(fleet->userdata);
}

static void on_gone(struct member *member, void *userdata) {
        fleet_lost(userdata, device_path(member->device));
}

/* --- sides --- */

static void ungrab_all(struct fleet *fleet, enum route route,
                       void (*ungrab)(struct device *device, struct keys *ret_held)) {
        for_each_member(member, fleet) if (member->route == route) device_begin_ungrab(member->device);
        for_each_member(member, fleet) if (member->route == route) member_ungrab(member, ungrab);
        for_each_member(member, fleet) if (member->route == route) device_restore_leds(member->device);
}

/* A device that was unplugged this instant does not count: it will say so itself. */
static int grab_all(struct fleet *fleet) {
        for_each_member(member, fleet) {
                int r;

                if (member->route != ROUTE_FOLLOW)
                        continue;
                r = member_grab(member);
                if (r < 0 && r != -ENODEV) {
                        fail_member(fleet, member, r);
                        return r;
                }
                trouble_clear(&fleet->trouble, device_path(member->device));
        }
        return 0;
}

int fleet_take(struct fleet *fleet) {
        int r;

        if (fleet_keyboards(fleet) == 0)
                return -ENODEV;
        r = grab_all(fleet);
        if (r < 0) {
                ungrab_all(fleet, ROUTE_FOLLOW, device_undo_grab);
                return r;
        }
        for_each_member(member, fleet) if (member->route == ROUTE_FOLLOW)
                router_resync(member->line, &member->held);
        router_switch(fleet->site.router, INPUT_GUEST);
        for_each_member(member, fleet) light(fleet, member);
        return 0;
}

void fleet_give_back(struct fleet *fleet) {
        router_switch(fleet->site.router, INPUT_HOST);
        ungrab_all(fleet, ROUTE_FOLLOW, device_ungrab);
}

void fleet_set_guest_present(struct fleet *fleet, bool present) {
        fleet->guest_present = present;
        if (!present)
                ungrab_all(fleet, ROUTE_GUEST, device_ungrab);
        for_each_member(member, fleet) if (present && member->route == ROUTE_GUEST)
                give_to_guest(fleet, member);
}

bool fleet_lends(const struct fleet *fleet) {
        for_each_member(member, fleet) if (member->route == ROUTE_GUEST &&
                                           device_grabbed(member->device)) return true;
        return false;
}

void fleet_forget_leds(struct fleet *fleet) {
        fleet->leds = fleet->leds_known = 0;
}

void fleet_set_led(struct fleet *fleet, uint16_t code, bool on) {
        if (code >= LED_CNT)
                return;
        fleet->leds_known |= 1UL << code;
        fleet->leds = (fleet->leds & ~(1UL << code)) | (unsigned long)on << code;
        for_each_member(member, fleet) light(fleet, member);
}

void fleet_watch_keys(struct fleet *fleet,
                      void (*on_key)(const char *device, uint16_t code, bool down, void *userdata),
                      void *userdata) {
        fleet->site.on_key = on_key;
        fleet->site.watcher = userdata;
}

unsigned fleet_keyboards(const struct fleet *fleet) {
        unsigned n = 0;

        for_each_member(member, fleet) n += member->keyboard;
        return n;
}

unsigned fleet_mice(const struct fleet *fleet) {
        unsigned n = 0;

        for_each_member(member, fleet) n += member->mouse;
        return n;
}

int fleet_each(const struct fleet *fleet, int (*on_device)(const struct input_device *, void *),
               void *userdata) {
        for_each_member(member, fleet) {
                const struct input_device device = member_describe(member);
                int r = on_device(&device, userdata);

                if (r < 0)
                        return r;
        }
        return 0;
}

unsigned fleet_roster(const struct fleet *fleet) {
        return fleet->roster;
}

/* --- life --- */

static void remove_all(struct fleet *fleet) {
        fleet_give_back(fleet);
        ungrab_all(fleet, ROUTE_GUEST, device_ungrab);
        while (fleet->members) {
                struct member *member = fleet->members;

                fleet->members = member->next;
                member_free(member);
        }
        fleet->roster++;
        fleet->trouble = (struct trouble){ 0 };
}

int fleet_configure(struct fleet *fleet, const struct desk_lists *lists) {
        int r;

        r = desk_configure(fleet->desk, lists);
        if (r >= 0)
                remove_all(fleet);
        return r;
}

int fleet_new(struct fleet **ret, sd_event *loop, struct opener *opener, struct router *router,
              fleet_changed_fn on_change, void *userdata) {
        _cleanup_(fleet_freep) struct fleet *fleet = calloc(1, sizeof(*fleet));
        int r;

        if (!fleet)
                return -ENOMEM;
        *fleet = (struct fleet){
                .site = { .loop = sd_event_ref(loop),
                          .opener = opener,
                          .router = router,
                          .on_gone = on_gone,
                          .userdata = fleet },
                .on_change = on_change,
                .userdata = userdata,
        };
        r = desk_new(&fleet->desk);
        if (r < 0)
                return r;
        *ret = steal_ptr(fleet);
        return 0;
}

struct fleet *fleet_free(struct fleet *fleet) {
        if (!fleet)
                return NULL;
        remove_all(fleet);
        fleet->desk = desk_free(fleet->desk);
        sd_event_unref(fleet->site.loop);
        free(fleet);
        return NULL;
}
