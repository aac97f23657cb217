/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/microphone: mutes the sources of PipeWire by push-to-talk, push-to-mute and single commands.
 *
 * A control declares that a key governs a source. It is put to rest at once, whenever it appears, and
 * whenever PipeWire or its session manager comes back; what the keys say is a level, and catches up. A source
 * that several controls govern is open while a push-to-talk of its is pressed, or if it has none, and while
 * no push-to-mute of its is.
 *
 * Somebody else's hand in a mixer is left alone until a key changes something; only for three seconds after a
 * source has appeared is it held to what we say, as the session manager restores what it remembers.
 *
 * The default source is the session manager's, as it changes. The device that was left gets back, three
 * seconds later, what it had before we first touched it, as does one that is governed no more.
 *
 * Threads: the loop's. Nothing waits for PipeWire but microphones_free().
 */
#include <stdbool.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct connection;
struct microphone_control;
struct microphones;

enum microphone_rest {
        REST_MUTED, /* push-to-talk */
        REST_OPEN,  /* push-to-mute */
};

enum microphone_change {
        MICROPHONE_MUTE,
        MICROPHONE_UNMUTE,
        MICROPHONE_TOGGLE,
};

struct microphones_callbacks {
        void (*on_change)(void *userdata); /* what microphones_status() reports has changed */
        void *userdata;
};

struct microphones_status {
        bool governed;     /* a source is, that is there */
        bool open;         /* one of those is not muted */
        char problem[512]; /* one line; empty when all is well */
};

/* CONNECTION is borrowed, and ends later: playback_connection(). */
int microphones_new(struct microphones **ret, sd_event *loop, struct connection *connection,
                    const struct microphones_callbacks *callbacks);
/*
 * Ends all controls and leaves their sources at rest, push-to-talk muted; waits up to half a second for
 * PipeWire to have heard it. Not from a callback of PipeWire's. Calls nothing back.
 */
struct microphones *microphones_free(struct microphones *microphones);
DEFINE_CLEANUP(struct microphones, microphones_free);

/* SOURCE: a node.name; NULL: the default source. New controls go before old ones, so that nothing is heard.
 */
int microphone_control_new(struct microphone_control **ret, struct microphones *microphones,
                           const char *source, enum microphone_rest rest);
/* Puts it to rest. To be freed before the microphones; else they free it. */
struct microphone_control *microphone_control_free(struct microphone_control *control);
DEFINE_CLEANUP(struct microphone_control, microphone_control_free);

void microphone_control_press(struct microphone_control *control, bool pressed);

/* Once, now. A source that is not there is logged. */
void microphones_set(struct microphones *microphones, const char *source, enum microphone_change change);

void microphones_status(const struct microphones *microphones, struct microphones_status *ret);
