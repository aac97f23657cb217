/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/playback: one guest's sound as one playback stream in PipeWire, named after the guest.
 *
 * Pulled by PipeWire's real-time thread straight from a callback of the caller's: no thread, timer or buffer
 * of ours in between. PipeWire absent or restarted is a problem that playback_status() tells and that heals
 * by itself.
 *
 * Threads: all calls on the loop's thread; pull() alone runs in PipeWire's data thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "core/pcm.h"

struct playback;

struct playback_options {
        const char
                *target; /* node.name or serial of the PipeWire sink to play into; NULL: the user's default */
};

/* Real-time: no lock, no allocation, no log. Fills up to FRAMES frames, returns how many it had. */
typedef size_t (*playback_pull_fn)(void *dst, size_t frames, void *userdata);

struct playback_callbacks {
        playback_pull_fn pull;
        void (*on_change)(void *userdata); /* what playback_status() reports has changed */
        void *userdata;
};

struct playback_status {
        bool connected;      /* to PipeWire */
        bool playing;        /* the graph pulls */
        uint32_t quantum;    /* frames per graph cycle, as last seen; 0: not yet */
        uint32_t graph_rate; /* Hz */
        uint64_t pulls;      /* graph cycles served */
        uint64_t gaps;       /* times a pull was filled up with silence after sound */
        char problem[512];   /* one line; empty when all is well */
};

/*
 * Never fails for an absent PipeWire. The caller's signals are blocked before (PipeWire's threads inherit).
 */
int playback_new(struct playback **ret, sd_event *loop, const struct playback_options *options,
                 const struct playback_callbacks *callbacks);
struct playback *playback_free(struct playback *playback);
DEFINE_CLEANUP(struct playback, playback_free);

int playback_configure(struct playback *playback, const struct playback_options *options);

/* Shows the stream as NAME ("win10") in every mixer and pulls FORMAT. Another format: stop, then start. */
int playback_start(struct playback *playback, const char *name, const struct pcm_format *format);
/* When it returns, pull() is not running and will not be called again until the next playback_start(). */
void playback_stop(struct playback *playback);

void playback_status(const struct playback *playback, struct playback_status *ret);
