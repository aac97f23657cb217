/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/ride-world: a ride with all around it: libvirtd's test hypervisor, real, with a guest win10 that has
 * a GPU of the host's and one called plain that has none; a system bus of its own with a fake systemd on it;
 * folders of its own for what is in /run and /etc.
 */
#include <libvirt/libvirt.h>

#include "core/ride/ride.h"
#include "tests/fake-systemd.h"

struct ride_world {
        sd_event *loop;
        struct fake_systemd systemd;
        struct config *config;
        struct bindings *bindings;
        struct services *services;
        struct ride *ride;
        char uri[200], folder[80], run[100], profiles[100], wishes[100], lingering[100];
        char route[600]; /* the states that the ride has been in, a word each, since last cleared */
        enum supervisor_state last;
        pid_t libvirtd;
        virConnectPtr libvirt; /* the guests last for as long as somebody is connected */
};

void ride_world_init(struct ride_world *world);
void ride_world_done(struct ride_world *world);

/* A pilliond begins, is killed. The configuration has LINE under [guest]. */
void ride_world_begin(struct ride_world *world, const char *line);
void ride_world_kill(struct ride_world *world);

void ride_world_start_libvirtd(struct ride_world *world);
/* Returns when the ride knows. */
void ride_world_end_libvirtd(struct ride_world *world);
void ride_world_virsh(const struct ride_world *world, const char *words);
void ride_world_write_profile(const struct ride_world *world, const char *name, const char *text);

/* Turns the loop until the ride is in STATE, or REASON is told; a minute at the most. */
void ride_world_until(struct ride_world *world, enum supervisor_state state);
void ride_world_turn(struct ride_world *world, unsigned turns);
/* Orders, and clears the route. */
void ride_world_order(struct ride_world *world, enum supervisor_event command, const char *guest);
void ride_world_start_spice(struct ride_world *world, const char *guest);
void ride_world_refused(struct ride_world *world, enum supervisor_event command, const char *guest,
                        const char *words);
const char *ride_world_reason(const struct ride_world *world);
void ride_world_check_reason(const struct ride_world *world, const char *words);
void ride_world_check_asked(struct ride_world *world, const char *words);

/* What takes time. */
#define ride_world_await(world, condition)                                                                   \
        do {                                                                                                 \
                unsigned turns_ = 0;                                                                         \
                while (!(condition)) {                                                                       \
                        ride_world_turn(world, 1);                                                           \
                        if (++turns_ > 6000)                                                                 \
                                test_fail("'%s' did not come about: %s: %s", #condition, (world)->route,     \
                                          ride_world_reason(world));                                         \
                }                                                                                            \
        } while (0)
