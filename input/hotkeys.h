/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/hotkeys: which hotkeys are down, from the keys that are. Pure: it is told the time and returns its
 * next deadline.
 *
 * A hotkey is down as long as all keys of one of its chords are: what counts is the state, never a lost edge.
 * So it goes up, whatever happens to its keys: let go, unplugged, forgotten in an overflow, or because the
 * input has changed to a side where it means nothing, or is brought home.
 *
 * Threads: none of its own; on_hotkey runs inside the calls that say so, and may make any of them but
 * hotkeys_free(). It never runs within itself: what it leads to is told when it has returned.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "input/hotkey.h"
#include "input/input.h"
#include "input/keys.h"

struct hotkeys;

#define HOTKEYS_NEVER UINT64_MAX

/* TABLE is copied. INDEX counts in it. */
int hotkeys_new(struct hotkeys **ret, const struct hotkey *table, size_t n,
                void (*on_hotkey)(unsigned index, bool down, void *userdata), void *userdata);
struct hotkeys *hotkeys_free(struct hotkeys *hotkeys); /* says nothing: hotkeys_let_go() first */
DEFINE_CLEANUP(struct hotkeys, hotkeys_free);

/*
 * CODE goes down, after which HELD are, with the input at SIDE. Of several hotkeys that are completed the
 * most specific ones count, those with the most keys. True: one of them wants it for itself. What comes of it
 * is told by hotkeys_fire(), once the key has its owner.
 */
bool hotkeys_press(struct hotkeys *hotkeys, uint64_t now, uint16_t code, const struct keys *held,
                   enum input_side side);
void hotkeys_fire(struct hotkeys *hotkeys, uint64_t now);
/* Whether a key that is found to be down would have been wanted. Nothing comes of it. */
bool hotkeys_would_take(const struct hotkeys *hotkeys, uint16_t code, const struct keys *held,
                        enum input_side side);

/* Keys went up, or the state was read anew; HELD is what is down. Calls on_hotkey. */
void hotkeys_update(struct hotkeys *hotkeys, uint64_t now, const struct keys *held);

/* The state was read anew after events were lost. Lasting hotkeys may go down too, the rest never. Calls
 * on_hotkey. */
void hotkeys_resync(struct hotkeys *hotkeys, uint64_t now, const struct keys *held, enum input_side side);

/* The input is at SIDE from now on. HELD is what is down. Calls on_hotkey. */
void hotkeys_set_side(struct hotkeys *hotkeys, enum input_side side, const struct keys *held);

/* All up, at once, and no delay left behind. What is HELD must be let go before it counts again. Calls
 * on_hotkey. */
void hotkeys_let_go(struct hotkeys *hotkeys, const struct keys *held);

/* From the first to the second call, which come in pairs, nothing is told; then what is different. */
void hotkeys_hold_back(struct hotkeys *hotkeys);
void hotkeys_catch_up(struct hotkeys *hotkeys); /* calls on_hotkey */

/* When hotkeys_tick() has something to do; HOTKEYS_NEVER. */
uint64_t hotkeys_deadline(const struct hotkeys *hotkeys);
/*
 * What is due at NOW. True: RET_CODE has been held for long enough and is wanted by a hotkey for itself; call
 * hotkeys_fire() and then again. False: nothing more is due. Calls on_hotkey.
 */
bool hotkeys_tick(struct hotkeys *hotkeys, uint64_t now, uint16_t *ret_code);
