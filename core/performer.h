/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/performer: does what the hotkeys say. None of it waits: what takes time is somebody else's to finish,
 * so the next key is never late for it.
 *
 * What lasts (push-to-talk, push-to-mute, a key on the host) follows the hotkey: whichever way that goes up,
 * it ends. Threads: the loop's.
 */
#include <stdbool.h>

#include <systemd/sd-event.h>

#include "core/bindings.h"
#include "core/cleanup.h"
#include "core/ride/ride.h"
#include "core/sound.h"
#include "input/input.h"

struct performer;

/* All borrowed; they outlive the performer, or are told by performer_free() that it is over. */
struct performer_parts {
        struct input *input;
        struct sound *sound;
        struct ride *ride;
        void (*on_change)(void *userdata); /* what performer_problem() says has changed */
        void *userdata;
};

/*
 * Owns BINDINGS from here on, and frees PREVIOUS, which may be NULL, whatever the result. What was at rest
 * through PREVIOUS, and is a hotkey's again, stays so without a gap.
 */
int performer_new(struct performer **ret, sd_event *loop, const struct performer_parts *parts,
                  struct bindings *bindings, struct performer *previous);
/* Everything that lasts is over before it returns: no microphone is left open, no key held. */
struct performer *performer_free(struct performer *performer);
DEFINE_CLEANUP(struct performer, performer_free);

const struct bindings *performer_bindings(const struct performer *performer);

/* What input's on_hotkey says. */
void performer_hotkey(struct performer *performer, unsigned index, bool down);

/* Writes what keeps a hotkey from its work, in one line; false: nothing does. */
bool performer_problem(const struct performer *performer, char *buf, size_t size);
