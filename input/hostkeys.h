/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/hostkeys: keys that are pressed on the host while somebody plays in the guest: one uinput device that
 * the desktop listens to as to any keyboard, with just the keys that are wanted. Like the sinks it is in
 * systemd's store, so that a program which has opened it keeps it when pilliond is restarted.
 *
 * Threads: the loop's.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "core/fdstore.h"
#include "input/keys.h"
#include "input/opener.h"

struct hostkeys;

/* Whether CODE may be such a key: a key of a keyboard, and none that logind would turn the machine off by. */
bool hostkeys_allows(unsigned code);

/* No device yet. OPENER and STORE are borrowed. */
int hostkeys_new(struct hostkeys **ret, struct opener *opener, struct fdstore *store);
/* Releases all keys and closes the device, which lives on in the store. */
struct hostkeys *hostkeys_free(struct hostkeys *hostkeys);
DEFINE_CLEANUP(struct hostkeys, hostkeys_free);

/*
 * From now on the device has CODES; none: there is no device. It is made anew only if it had others; keys
 * that are down are released in any case. -EINVAL: a code that is not allowed, and nothing has changed.
 * -EINPROGRESS: there is no device yet, to be called again when the opener is ready; other errors of
 * opener_open(): there is none.
 */
int hostkeys_declare(struct hostkeys *hostkeys, const struct keys *codes);

/* -ENOENT: the device does not have CODE. */
int hostkeys_set(struct hostkeys *hostkeys, uint16_t code, bool down);
