/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/play: what hotkeys do with the input itself, and who looks on. Threads: the loop's; all of it may be
 * called from the input's on_hotkey.
 */
#include <stdbool.h>

#include "input/input.h"

/* As the toggle's keys do it: to the other side, at once or when all keys are up. */
void input_toggle(struct input *input);

/* Presses and releases the keys of a chord ("leftctrl+leftalt+delete") for the guest. -EINVAL: it is none;
 * otherwise as input_switch() to the guest, but for the devices. */
int input_type(struct input *input, const char *chord);

/* Whether on_key hears of every key, whoever gets it. */
void input_watch_keys(struct input *input, bool watch);

/* Presses or releases KEY for the host, on a keyboard of our own. -ENOENT: it is none of the options' host
 * keys; -EINVAL: it is no key. */
int input_host_key(struct input *input, const char *key, bool down);
