/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/player: what happens in one graph cycle: a feed's frames, paced, joined, and counted.
 *
 * Threads: player_play() in PipeWire's data thread; takes no lock, allocates nothing, does not log.
 * player_init() on the loop's thread while nobody plays. The counters are anybody's.
 */
#include <stdatomic.h>
#include <stdint.h>

#include "audio/pacer.h"
#include "audio/ratio.h"
#include "audio/splice.h"
#include "core/feed.h"

struct player_counters {
        _Atomic uint64_t pulls, underruns, overruns;
        _Atomic uint32_t fill;              /* frames unread */
        _Atomic uint32_t latency, target;   /* microseconds from being published to being played */
        _Atomic int32_t rate_ppm;           /* how much faster than nominal it is played */
        _Atomic int32_t clock_ppm;          /* how much faster the guest's clock runs */
        _Atomic uint32_t cycle, graph_rate; /* quantum in frames, and frames per second */
};

struct player {
        struct pcm_format format;
        struct feed feed;
        struct pacer pacer;
        struct splice splice;
        struct ratio ratio;
        uint8_t silence;                  /* the byte that it is made of */
        bool sounding;                    /* the last frame was the feed's */
        bool interrupted;                 /* the next is not the first */
        struct player_counters *counters; /* borrowed */
        uint64_t underruns, overruns;     /* of the pacer, as counted */
};

/* The guest's clock is taken to run as COUNTERS last said. */
void player_init(struct player *player, const struct pcm_format *format, const struct feed *feed,
                 const struct pacer_options *options, struct player_counters *counters);

/*
 * Fills DST with FRAMES frames for the graph cycle that starts at NOW: graph time in frames at the feed's
 * nominal rate. GRAPH_RATE: frames per second. Returns the rate for struct spa_io_rate_match.
 */
double player_play(struct player *player, void *dst, uint32_t frames, double now, uint32_t graph_rate);
