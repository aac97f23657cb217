/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/stream: one pw_stream, from its birth on a live connection to its end; it does not survive either.
 * Between, it plays one feed after another of the same format, and rests in between.
 *
 * Threads: everything on the loop's thread; the feed is used in PipeWire's data thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include <pipewire/pipewire.h>

#include "audio/playback.h"
#include "audio/player.h"
#include "core/cleanup.h"

struct stream;

struct stream_options {
        const char *guest;
        const struct playback_options *playback;
        struct pcm_format format;
        struct player_counters *counters; /* outlive the stream */
        void (*on_state)(void *userdata); /* playing or error has changed; do not free in here */
        void *userdata;
};

/* Resting. Fails with -EINVAL for a format that there is none of in PipeWire, and with what PipeWire says. */
int stream_new(struct stream **ret, struct pw_core *core, const struct stream_options *options);
struct stream *stream_free(struct stream *stream); /* pauses first */
DEFINE_CLEANUP(struct stream, stream_free);

/* Plays FEED from now on. */
void stream_play(struct stream *stream, const struct feed *feed);
/* When it returns the feed is not in use and will not be. The stream stays in the mixers, and costs nothing.
 */
void stream_pause(struct stream *stream);

/* Louder by PERCENT (may be negative) of what mixers show, 0 to 150 in all; to the same side as before.
 * -EAGAIN: PipeWire has not said yet how loud it is. */
int stream_change_volume(struct stream *stream, int percent);
int stream_toggle_mute(struct stream *stream);

bool stream_is_playing(const struct stream *stream);   /* the graph pulls */
const char *stream_error(const struct stream *stream); /* NULL: none */
