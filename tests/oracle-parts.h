/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* tests/oracle-keys: whose a key is, and under which name the guest sees it: the half of the oracle that
 * knows no time. */
#include "tests/oracle.h"

enum whose {
        UP,
        GUESTS,
        OTHERS, /* the host's, or nobody's until it is released */
};

/* The panic chord and the toggle; 0 ends them. */
extern const uint16_t oracle_panic[], oracle_toggle[];

/* Whether CODE is one of KEYS, and all others of them are down, on whatever device, as far as we know. */
bool oracle_completes(const struct oracle *oracle, const uint16_t *keys, uint16_t code);
bool oracle_all_down(const struct oracle *oracle, const uint16_t *keys);

/* The guest gets the key, or loses it; says what came of the edge. */
enum fate oracle_give(struct oracle *oracle, struct oracle_device *device, uint16_t code);
enum fate oracle_take(struct oracle *oracle, struct oracle_device *device, uint16_t code, enum whose next);

void oracle_host_sees(struct oracle *oracle, struct oracle_device *device, uint16_t code, bool down);
void oracle_guest_sees_motion(struct oracle *oracle, struct oracle_device *device);

/* The hotkeys that a press of CODE fires, bits by number, and whether one of them wants the key for itself.
 */
unsigned oracle_hotkeys_of(const struct oracle *oracle, uint16_t code);
bool oracle_hotkeys_want(unsigned bits);
void oracle_hotkeys_down(struct oracle *oracle, unsigned bits);
/* Keys may have gone up. */
void oracle_hotkeys_update(struct oracle *oracle);
void oracle_hotkeys_change_side(struct oracle *oracle);
void oracle_hotkeys_let_go(struct oracle *oracle);

/* Throws away what waits to be read, but not motion, and learns what is down. */
void oracle_read_state(struct oracle *oracle, struct oracle_device *device);
/* One event that is thrown away. */
void oracle_drop(struct oracle *oracle, const struct pending *pending, enum fate fate);

void oracle_guest_lets_go(struct oracle *oracle, struct oracle_device *device, enum whose next);
void oracle_forget_motion(struct oracle_device *device);
void oracle_host_hears_all(struct oracle *oracle, struct oracle_device *device, bool down);

void oracle_to_guest(struct oracle *oracle, struct oracle_device *device);
void oracle_to_host(struct oracle *oracle, struct oracle_device *device);
void oracle_assign(struct oracle *oracle, struct oracle_device *device, bool guests);
void oracle_switch(struct oracle *oracle, bool guests);
void oracle_panic_now(struct oracle *oracle);

#define for_each_device(device, oracle)                                                                      \
        for (struct oracle_device *device = (oracle)->devices; device < (oracle)->devices + ORACLE_DEVICES;  \
             device++)
