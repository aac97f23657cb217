/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/stream: one pw_stream, from its birth on a live connection to its end; it does not survive either.
 *
 * Threads: everything on the loop's thread, but the pull callback, which runs in PipeWire's data thread.
 */
#include <stdatomic.h>
#include <stdint.h>

#include <pipewire/pipewire.h>

#include "audio/playback.h"
#include "core/cleanup.h"
#include "core/pcm.h"

struct stream;

/* Written by the data thread, read by anyone. Outlives the streams that count into it. */
struct stream_counters {
        _Atomic uint64_t pulls, gaps;
        _Atomic uint32_t quantum, graph_rate;
};

struct stream_options {
        const char *guest;
        const char *target; /* NULL: wherever the session manager likes */
        struct pcm_format format;
        playback_pull_fn pull;
        void *pull_userdata;
        struct stream_counters *counters;
        void (*on_state)(void *userdata); /* playing or error has changed; do not free in here */
        void *userdata;
};

/* Fails with -EINVAL for a format that there is none of in PipeWire, and with whatever PipeWire says. */
int stream_new(struct stream **ret, struct pw_core *core, const struct stream_options *options);
/* When it returns, pull is not running and will not be called. */
struct stream *stream_free(struct stream *stream);
DEFINE_CLEANUP(struct stream, stream_free);

bool stream_is_playing(const struct stream *stream);
const char *stream_error(const struct stream *stream); /* NULL: none */
