/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * on_process() is the only code here that the data thread runs. The gate lets it into the player: it steps in
 * (busy), looks whether the gate is open and only then plays; who closes the gate then waits until nobody is
 * busy. Both sides store before they load, in one total order, so one of them sees the other. The data thread
 * never waits; the loop waits for at most one pull, some microseconds, and only when a stream ends. This
 * holds whatever PipeWire's own destructors promise, and in every version of it.
 *
 * The rate is given to the resampler of the stream's own adapter through the memory that it shares with us
 * (SPA_IO_RateMatch): with pw_stream_set_rate() the same would need PipeWire 1.4. The flag that makes it
 * count is set before the first cycle and stays, as each change of it would click.
 */
#include "audio/stream.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <spa/node/io.h>
#include <spa/param/audio/format-utils.h>
#include <spa/param/props.h>

#include "audio/format.h"
#include "audio/names.h"

#define QUANTUM_RATE 48000u
#define QUANTUM      512u
#define QUANTUM_MIN  64u
#define QUANTUM_MAX  2048u
#define VOLUME_MAX   150   /* percent, as mixers show it */
#define HEADROOM     3000u /* microseconds of the latency that are not the graph's */

struct stream {
        struct pw_stream *pw;
        struct spa_hook listener;
        struct stream_options options; /* the strings are not kept */
        struct pacer_options pacing;
        float volume;        /* linear, to be set once; negative: none */
        float channels[8];   /* linear, as they are */
        uint32_t n_channels; /* 0: not told yet */
        bool muted;
        bool playing;
        char error[256];

        struct spa_io_rate_match *_Atomic rate_match; /* PipeWire's */
        atomic_bool open, busy;

        /* The data thread's while the gate is open. */
        struct player player;
        uint64_t ticks;
        double rate;
};

static void count_cycle(struct stream *stream, const struct pw_time *time) {
        struct player_counters *counters = stream->options.counters;

        /* The graph's clock advances by one quantum a cycle; by more only if cycles were lost. */
        if (time->ticks > stream->ticks && stream->ticks > 0)
                atomic_store_explicit(&counters->cycle, (uint32_t)(time->ticks - stream->ticks),
                                      memory_order_relaxed);
        stream->ticks = time->ticks;
        atomic_store_explicit(&counters->graph_rate, time->rate.denom, memory_order_relaxed);
}

/* Graph time in frames at the feed's rate: it goes on when the machine loses cycles, and so does the guest.
 */
static double graph_time(struct stream *stream) {
        struct pw_time time;

        if (pw_stream_get_time_n(stream->pw, &time, sizeof(time)) < 0 || time.rate.denom == 0)
                return 0;
        count_cycle(stream, &time);
        return (double)time.ticks * time.rate.num * stream->options.format.rate / time.rate.denom;
}

static void play(struct stream *stream, void *dst, uint32_t frames) {
        const struct pcm_format *format = &stream->options.format;

        atomic_store(&stream->busy, true);
        if (atomic_load(&stream->open)) {
                double now = graph_time(stream);

                stream->rate = player_play(&stream->player, dst, frames, now,
                                           atomic_load(&stream->options.counters->graph_rate));
        } else {
                memset(dst, format_silence(format), (size_t)frames * pcm_frame_size(format));
        }
        atomic_store(&stream->busy, false);
}

static void close_gate(struct stream *stream) {
        atomic_store(&stream->open, false);
        while (atomic_load(&stream->busy))
                sched_yield();
}

static void match_rate(struct stream *stream) {
        struct spa_io_rate_match *match = atomic_load_explicit(&stream->rate_match, memory_order_relaxed);

        if (!match || !stream->pacing.matching)
                return;
        SPA_FLAG_SET(match->flags, SPA_IO_RATE_MATCH_FLAG_ACTIVE);
        match->rate = stream->rate;
}

static void on_process(void *userdata) {
        struct stream *stream = userdata;
        struct pw_buffer *buffer = pw_stream_dequeue_buffer(stream->pw);
        uint32_t size = pcm_frame_size(&stream->options.format), frames;
        struct spa_data *data;

        if (!buffer)
                return;
        data = &buffer->buffer->datas[0];
        frames = data->data ? data->maxsize / size : 0;
        if (buffer->requested > 0 && buffer->requested < frames)
                frames = (uint32_t)buffer->requested;
        if (frames > 0)
                play(stream, data->data, frames);
        data->chunk->offset = 0;
        data->chunk->stride = (int32_t)size;
        data->chunk->size = frames * size;
        pw_stream_queue_buffer(stream->pw, buffer);
        match_rate(stream);
}

static void on_io_changed(void *userdata, uint32_t id, void *area, uint32_t size) {
        struct stream *stream = userdata;

        if (id != SPA_IO_RateMatch)
                return;
        atomic_store(&stream->rate_match, size >= sizeof(struct spa_io_rate_match) ? area : NULL);
        match_rate(stream);
}

/*
 * What mixers show as a percentage is the cube root of the factor. Only once the stream is linked: by then
 * the session manager has set what it remembers.
 */
static void set_volume(struct stream *stream) {
        uint32_t n = stream->options.format.channels;
        float volumes[8], unmuted = 0;

        for (uint32_t i = 0; i < n; i++)
                volumes[i] = stream->volume;
        (void)pw_stream_set_control(stream->pw, SPA_PROP_channelVolumes, n, volumes, SPA_PROP_mute, 1,
                                    &unmuted, 0);
        stream->volume = -1;
}

static void on_control_info(void *userdata, uint32_t id, const struct pw_stream_control *control) {
        struct stream *stream = userdata;

        if (id == SPA_PROP_mute && control->n_values > 0)
                stream->muted = control->values[0] > 0;
        if (id != SPA_PROP_channelVolumes)
                return;
        stream->n_channels = control->n_values < 8 ? control->n_values : 8;
        memcpy(stream->channels, control->values, stream->n_channels * sizeof(*control->values));
}

static void on_state_changed(void *userdata, enum pw_stream_state old, enum pw_stream_state state,
                             const char *error) {
        struct stream *stream = userdata;

        if (!stream->options.on_state)
                return; /* who frees a stream need not be told that it ends */
        if (stream->volume >= 0 && state == PW_STREAM_STATE_STREAMING)
                set_volume(stream);
        stream->playing = state == PW_STREAM_STATE_STREAMING;
        /* An error may pass: "no node available" is followed by a link as soon as there is a node. */
        if (state == PW_STREAM_STATE_ERROR)
                snprintf(stream->error, sizeof(stream->error), "%s", error ? error : "no reason given");
        else
                stream->error[0] = '\0';
        stream->options.on_state(stream->options.userdata);
}

static const struct pw_stream_events stream_events = {
        PW_VERSION_STREAM_EVENTS,        .state_changed = on_state_changed,
        .control_info = on_control_info, .io_changed = on_io_changed,
        .process = on_process,
};

/* The quantum to ask for; others may ask for a shorter one. */
static uint32_t wanted_quantum(uint64_t latency) {
        uint64_t frames = latency > HEADROOM ? (latency - HEADROOM) * QUANTUM_RATE / 1000000 : 0;

        if (latency == 0)
                return QUANTUM;
        return (uint32_t)(frames < QUANTUM_MIN ? QUANTUM_MIN : frames > QUANTUM_MAX ? QUANTUM_MAX : frames);
}

static struct pw_properties *make_properties(const struct stream_options *options) {
        const struct playback_options *playback = options->playback;
        char display[128], node[128];
        struct pw_properties *properties;

        names_display(display, sizeof(display), options->guest);
        names_node(node, sizeof(node), options->guest);
        properties = pw_properties_new(PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Playback",
                                       PW_KEY_MEDIA_NAME, display, PW_KEY_APP_NAME, "pillion",
                                       PW_KEY_APP_ICON_NAME, "computer", PW_KEY_NODE_NAME, node,
                                       PW_KEY_NODE_DESCRIPTION, display, NULL);
        if (!properties)
                return NULL;
        /* WirePlumber keeps a stream's volume by its role, or else by its application: a guest is one. */
        pw_properties_setf(properties, PW_KEY_APP_ID, "org.pillion1.%s", node + strlen("pillion."));
        pw_properties_setf(properties, PW_KEY_NODE_LATENCY, "%u/%u", wanted_quantum(playback->latency),
                           QUANTUM_RATE);
        if (playback->role)
                pw_properties_set(properties, PW_KEY_MEDIA_ROLE, playback->role);
        if (playback->target)
                pw_properties_set(properties, PW_KEY_TARGET_OBJECT, playback->target);
        return properties;
}

static int connect_stream(struct stream *stream, struct spa_audio_info_raw *info) {
        uint8_t storage[1024];
        struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(storage, sizeof(storage));
        const struct spa_pod *param = spa_format_audio_raw_build(&builder, SPA_PARAM_EnumFormat, info);

        return pw_stream_connect(stream->pw, PW_DIRECTION_OUTPUT, PW_ID_ANY,
                                 PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
                                         PW_STREAM_FLAG_RT_PROCESS | PW_STREAM_FLAG_INACTIVE,
                                 &param, 1);
}

static void set_options(struct stream *stream, const struct stream_options *options) {
        const struct playback_options *playback = options->playback;
        uint32_t rate = options->format.rate;

        stream->options = *options;
        stream->options.guest = NULL;
        stream->options.playback = NULL;
        stream->pacing = (struct pacer_options){
                .rate = rate,
                .latency = (uint32_t)(playback->latency * rate / 1000000),
                .matching = playback->rate_matching,
        };
        stream->volume = playback->volume >= 0 ? powf((float)playback->volume / 100, 3) : -1;
        stream->rate = 1;
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
        set_options(stream, options);
        stream->pw = pw_stream_new(core, "pillion", make_properties(options)); /* takes the properties */
        if (!stream->pw)
                return -errno;
        pw_stream_add_listener(stream->pw, &stream->listener, &stream_events, stream);
        r = connect_stream(stream, &info);
        if (r < 0)
                return r;
        *ret = steal_ptr(stream);
        return 0;
}

struct stream *stream_free(struct stream *stream) {
        if (!stream)
                return NULL;
        stream->options.on_state = NULL;
        close_gate(stream);
        /* The listener stays until PipeWire has stopped the data thread: that walks the list of listeners. */
        if (stream->pw)
                pw_stream_destroy(stream->pw);
        free(stream);
        return NULL;
}

void stream_play(struct stream *stream, const struct feed *feed) {
        close_gate(stream);
        player_init(&stream->player, &stream->options.format, feed, &stream->pacing,
                    stream->options.counters);
        stream->ticks = 0;
        atomic_store(&stream->open, true);
        (void)pw_stream_set_active(stream->pw, true);
}

void stream_pause(struct stream *stream) {
        close_gate(stream);
        (void)pw_stream_set_active(stream->pw, false);
}

int stream_change_volume(struct stream *stream, int percent) {
        uint32_t n = stream->n_channels;
        float loudest = 0, shown, wanted;

        if (n == 0)
                return -EAGAIN;
        for (uint32_t i = 0; i < n; i++)
                loudest = fmaxf(loudest, stream->channels[i]);
        shown = cbrtf(loudest) * 100;
        wanted = powf(fmaxf(0, fminf(shown + (float)percent, fmaxf(shown, VOLUME_MAX))) / 100, 3);
        for (uint32_t i = 0; i < n; i++)
                stream->channels[i] = loudest > 0 ? stream->channels[i] / loudest * wanted : wanted;
        return pw_stream_set_control(stream->pw, SPA_PROP_channelVolumes, n, stream->channels, 0);
}

int stream_toggle_mute(struct stream *stream) {
        float mute = !stream->muted;

        stream->muted = !stream->muted;
        return pw_stream_set_control(stream->pw, SPA_PROP_mute, 1, &mute, 0);
}

bool stream_is_playing(const struct stream *stream) {
        return stream->playing;
}

const char *stream_error(const struct stream *stream) {
        return stream->error[0] ? stream->error : NULL;
}
