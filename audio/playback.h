/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/playback: one guest's sound as one playback stream in PipeWire, named after the guest.
 *
 * Pulled by PipeWire's real-time thread straight out of the feed: no thread, timer or buffer of ours in
 * between. The stream stays in the mixers for as long as the guest runs, and rests between sounds. PipeWire
 * absent or restarted is a problem that playback_status() tells and that heals by itself.
 *
 * Threads: all calls on the loop's thread; the feed alone is used in PipeWire's data thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "core/feed.h"

struct connection;
struct playback;

struct playback_options {
        const char *target; /* node.name or serial of the PipeWire sink to play into; NULL: the default */
        const char *role;   /* media.role; NULL: none */
        uint64_t latency; /* microseconds from being published to being played, at the least; 0: as it goes */
        int volume;       /* percent, as mixers show it, to begin with; -1: as the session manager has it */
        bool rate_matching; /* else samples pass unchanged */
};

struct playback_callbacks {
        void (*on_change)(void *userdata); /* what playback_status() reports has changed */
        void *userdata;
};

struct playback_status {
        bool connected;      /* to PipeWire */
        bool playing;        /* the graph pulls */
        uint32_t quantum;    /* frames per graph cycle, as last seen; 0: not yet */
        uint32_t graph_rate; /* Hz */
        uint64_t pulls;      /* graph cycles served */
        uint64_t underruns;  /* times that sound broke off for want of frames, and went on */
        uint64_t overruns;   /* times that frames were dropped because they were far too late */
        uint32_t fill;       /* frames published and not yet played */
        uint32_t latency;    /* microseconds from being published to being played, now */
        uint32_t target;     /* and as it is meant to be */
        int32_t rate_ppm;    /* how much faster than nominal it is played, in millionths */
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

/* Shows the stream as NAME ("win10") in every mixer and plays FEED, which is of FORMAT. */
int playback_start(struct playback *playback, const char *name, const struct pcm_format *format,
                   const struct feed *feed);
/* When it returns, the feed is not in use and will not be. The stream stays, at rest. */
void playback_pause(struct playback *playback);
/* Pauses, and the stream is gone. */
void playback_stop(struct playback *playback);

/*
 * What a mixer would do to the stream, and the session manager remembers: PERCENT louder, or quieter when it
 * is negative, from 0 to 150; silent and back. -ENOENT: there is no stream now; -EAGAIN: none
 * that could be changed yet.
 */
int playback_change_volume(struct playback *playback, int percent);
int playback_toggle_mute(struct playback *playback);

/* The way to PipeWire, for others to share: borrowed, it ends with the playback. */
struct connection *playback_connection(struct playback *playback);

void playback_status(const struct playback *playback, struct playback_status *ret);
