/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/recorder: records what a sink is given, at its monitor, as the graph mixes it: 32-bit float,
 * each of its channels, each cycle with the graph's own time. It changes neither the graph's rate nor its
 * quantum, and takes part in no conversion but to interleave.
 *
 * The monitor of a sink that drives its graph is one cycle behind the sink; that has been taken off the times
 * (pillion-bench-audio measures it). Tests' manners: what fails, fails the test.
 *
 * Threads: PipeWire's own, two a recorder; the functions may be called from any one thread.
 */
#include <stdbool.h>

#include "core/cleanup.h"
#include "core/pcm.h"
#include "tests/bench/recording.h"

struct recorder;

struct recorder_options {
        const char *sink;         /* node.name */
        struct pcm_format format; /* of the sink: rate, channels and their mask; bits do not matter */
        double seconds;           /* at most */
};

/* The environment says which PipeWire. */
struct recorder *recorder_new(const struct recorder_options *options);
struct recorder *recorder_free(struct recorder *recorder);
DEFINE_CLEANUP(struct recorder, recorder_free);

/* Frames recorded so far; 0 while nothing has been linked. */
size_t recorder_frames(const struct recorder *recorder);
/* The loudest sample of channel 0 among the last cycle's. */
float recorder_peak(const struct recorder *recorder);
uint32_t recorder_quantum(const struct recorder *recorder);

/* Forgets what there is and begins anew. */
void recorder_restart(struct recorder *recorder);
/* Ends the recording and gives it away. */
void recorder_finish(struct recorder *recorder, struct recording *ret);
