/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * on_process() is the only code here that the data thread runs. The gate lets it into the caller's pull(): it
 * steps in (busy), looks whether the gate is open and only then pulls; who closes the gate then waits until
 * nobody is busy. Both sides store before they load, in one total order, so one of them sees the other. The
 * data thread never waits; the loop waits for at most one pull, some microseconds, and only when a stream
 * ends. This holds whatever PipeWire's own destructors promise, and in every version of it.
 */
#include "audio/stream.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <spa/param/audio/format-utils.h>

#include "audio/format.h"
#include "audio/names.h"

struct stream {
        struct pw_stream *pw;
        struct spa_hook listener;
        struct stream_options options; /* the strings are not kept */
        bool playing;
        char error[256];

        /* The data thread's. */
        uint32_t frame_size;
        uint8_t silence;
        bool sounding; /* the last pull was answered in full */
        uint64_t ticks;

        atomic_bool open, busy;
};

static size_t pull(struct stream *stream, void *dst, size_t frames) {
        size_t got = 0;

        atomic_store(&stream->busy, true);
        if (atomic_load(&stream->open))
                got = stream->options.pull(dst, frames, stream->options.pull_userdata);
        atomic_store(&stream->busy, false);
        return got < frames ? got : frames;
}

static void close_gate(struct stream *stream) {
        atomic_store(&stream->open, false);
        while (atomic_load(&stream->busy))
                sched_yield();
}

static void count(struct stream *stream, bool full) {
        struct stream_counters *counters = stream->options.counters;
        struct pw_time time;

        atomic_fetch_add_explicit(&counters->pulls, 1, memory_order_relaxed);
        if (!full && stream->sounding)
                atomic_fetch_add_explicit(&counters->gaps, 1, memory_order_relaxed);
        stream->sounding = full;

        if (pw_stream_get_time_n(stream->pw, &time, sizeof(time)) < 0)
                return;
        /* The graph's clock advances by one quantum a cycle; by more only if cycles were lost. */
        if (time.ticks > stream->ticks && stream->ticks > 0)
                atomic_store_explicit(&counters->quantum, (uint32_t)(time.ticks - stream->ticks),
                                      memory_order_relaxed);
        stream->ticks = time.ticks;
        atomic_store_explicit(&counters->graph_rate, time.rate.denom, memory_order_relaxed);
}

static void on_process(void *userdata) {
        struct stream *stream = userdata;
        struct pw_buffer *buffer = pw_stream_dequeue_buffer(stream->pw);
        struct spa_data *data;
        size_t frames, got;

        if (!buffer)
                return;
        data = &buffer->buffer->datas[0];
        frames = data->data ? data->maxsize / stream->frame_size : 0;
        if (buffer->requested > 0 && buffer->requested < frames)
                frames = buffer->requested;
        got = pull(stream, data->data, frames);
        if (got < frames)
                memset((uint8_t *)data->data + got * stream->frame_size, stream->silence,
                       (frames - got) * stream->frame_size);

        data->chunk->offset = 0;
        data->chunk->stride = (int32_t)stream->frame_size;
        data->chunk->size = (uint32_t)(frames * stream->frame_size);
        pw_stream_queue_buffer(stream->pw, buffer);
        count(stream, got == frames);
}

static void on_state_changed(void *userdata, enum pw_stream_state old, enum pw_stream_state state,
                             const char *error) {
        struct stream *stream = userdata;

        /* Who frees a stream need not be told that it ends. */
        if (!atomic_load(&stream->open))
                return;
        stream->playing = state == PW_STREAM_STATE_STREAMING;
        /* An error may pass: "no node available" is followed by a link as soon as there is a node. */
        if (state == PW_STREAM_STATE_ERROR)
                snprintf(stream->error, sizeof(stream->error), "%s", error ? error : "no reason given");
        else
                stream->error[0] = '\0';
        stream->options.on_state(stream->options.userdata);
}

static const struct pw_stream_events stream_events = {
        PW_VERSION_STREAM_EVENTS,
        .state_changed = on_state_changed,
        .process = on_process,
};

static struct pw_properties *make_properties(const struct stream_options *options) {
        char display[128], node[128];
        struct pw_properties *properties;

        names_display(display, sizeof(display), options->guest);
        names_node(node, sizeof(node), options->guest);
        properties =
                pw_properties_new(PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Playback",
                                  PW_KEY_MEDIA_ROLE, "Game", PW_KEY_MEDIA_NAME, display, PW_KEY_APP_NAME,
                                  "pillion", PW_KEY_APP_ICON_NAME, "computer", PW_KEY_NODE_NAME, node,
                                  PW_KEY_NODE_DESCRIPTION, display, PW_KEY_NODE_LATENCY, "512/48000", NULL);
        if (properties && options->target)
                pw_properties_set(properties, PW_KEY_TARGET_OBJECT, options->target);
        return properties;
}

static int connect_stream(struct stream *stream, struct spa_audio_info_raw *info) {
        uint8_t storage[1024];
        struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(storage, sizeof(storage));
        const struct spa_pod *param = spa_format_audio_raw_build(&builder, SPA_PARAM_EnumFormat, info);

        return pw_stream_connect(stream->pw, PW_DIRECTION_OUTPUT, PW_ID_ANY,
                                 PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
                                         PW_STREAM_FLAG_RT_PROCESS,
                                 &param, 1);
}

int stream_new(struct stream **ret, struct pw_core *core, const struct stream_options *options) {
        _cleanup_(stream_freep) struct stream *stream = calloc(1, sizeof(*stream));
        struct spa_audio_info_raw info;
        int r;

        if (!stream)
                return -ENOMEM;
        r = format_to_spa(&info, &options->format);
        if (r < 0)
                return r;
        stream->options = *options;
        stream->frame_size = pcm_frame_size(&options->format);
        stream->silence = format_silence(&options->format);
        stream->open = true;
        stream->pw = pw_stream_new(core, "pillion", make_properties(options)); /* takes the properties */
        if (!stream->pw)
                return -errno;
        pw_stream_add_listener(stream->pw, &stream->listener, &stream_events, stream);
        r = connect_stream(stream, &info);
        if (r < 0)
                return r;
        stream->options.guest = stream->options.target = NULL;
        *ret = steal_ptr(stream);
        return 0;
}

struct stream *stream_free(struct stream *stream) {
        if (!stream)
                return NULL;
        close_gate(stream);
        /* The listener stays until PipeWire has stopped the data thread: that walks the list of listeners. */
        if (stream->pw)
                pw_stream_destroy(stream->pw);
        free(stream);
        return NULL;
}

bool stream_is_playing(const struct stream *stream) {
        return stream->playing;
}

const char *stream_error(const struct stream *stream) {
        return stream->error[0] ? stream->error : NULL;
}
