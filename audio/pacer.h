/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/pacer: how much of a feed to play in each graph cycle, and how fast, so that it is heard as early as
 * is safe and stays that early for days.
 *
 * The delay is the time from when the guest made a frame until it is played, in frames. It is held at a
 * target: the time between two grains, one graph cycle, what the guest's timing has shown to need, and a
 * margin. Small differences are made up by the playback rate, within half a percent; large ones by one jump.
 *
 * Pure: no clock of its own, no I/O. Not thread-safe.
 */
#include <stdbool.h>
#include <stdint.h>

#include "audio/clock.h"
#include "core/feed.h"

struct pacer_options {
        uint32_t rate;    /* frames per second */
        uint32_t latency; /* frames that the delay is to exceed a grain by, at the least */
        bool matching;    /* whether the playback rate may differ from 1 */
};

struct pacer {
        struct pacer_options options;
        struct clock clock;
        uint64_t published; /* as last seen */
        bool seen_twice;
        uint32_t cycle; /* frames that a graph cycle takes */
        bool holding;   /* silent until the target is reached */
        bool starved;   /* because there was too little */
        double delay;   /* as of the last turn */
        double target;
        double correction;
        uint64_t underruns; /* times that sound broke off and went on */
        uint64_t overruns;  /* times that frames were dropped to catch up */
};

/* What to do in one graph cycle, in this order. */
struct pacer_turn {
        uint32_t skip;    /* unread frames to drop */
        uint32_t silence; /* frames of silence to play */
        uint32_t take;    /* frames to read and play; what then lacks is silence */
        uint32_t spare;   /* frames that may be dropped besides if they are silence */
};

/* RATE: the guest's clock as it was known to run before; 1 if it was not. */
void pacer_init(struct pacer *pacer, const struct pacer_options *options, double rate);

/*
 * VIEW is what there is at NOW (graph time in frames at the guest's rate); FRAMES is what the graph wants.
 * PACER.correction then says how many times as fast as its nominal rate the feed is to be played.
 */
struct pacer_turn pacer_turn(struct pacer *pacer, const struct feed_view *view, double now, uint32_t frames);
