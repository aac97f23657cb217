/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What should play (`wanted`) outlives what does (`stream`): a stream is made when there are both a wish and
 * a connection, and anew, after a pause, when PipeWire refuses it; it is kept when the wish ends. Errors
 * arrive in the middle of PipeWire's dispatching, where no stream may be destroyed; the timer does it.
 */
#include "audio/playback.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "audio/connection.h"
#include "audio/format.h"
#include "audio/pwloop.h"
#include "audio/stream.h"
#include "core/log.h"
#include "core/loop.h"

#define RETRY_USEC 2000000u
#define LINK_USEC  3000000u /* a session manager that is there has linked a stream by then */

struct playback {
        sd_event *loop;
        struct playback_callbacks callbacks;
        struct pwloop *pwloop;
        struct connection *connection;
        struct connection_listener listener;
        struct stream *stream;
        struct player_counters counters;
        struct playback_options options; /* with strings of our own */
        char *target, *role;
        sd_event_source *timer; /* at most one of: retry after an error, doubt about the link */

        bool wanted;
        char *name;
        struct pcm_format format;
        struct feed feed; /* while wanted */

        char error[256]; /* why there is no stream although there should be one */
        bool unlinked;   /* the stream has waited for its link for long */
        struct playback_status told;
};

static void tell_if_changed(struct playback *playback) {
        struct playback_status status;

        playback_status(playback, &status);
        if (status.connected == playback->told.connected && status.playing == playback->told.playing &&
            strcmp(status.problem, playback->told.problem) == 0)
                return;
        playback->told = status;
        playback->callbacks.on_change(playback->callbacks.userdata);
}

static void update_stream(struct playback *playback);

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata) {
        struct playback *playback = userdata;

        if (playback->stream && !stream_error(playback->stream)) {
                playback->unlinked = playback->wanted && !stream_is_playing(playback->stream);
        } else {
                playback->stream = stream_free(playback->stream);
                update_stream(playback);
        }
        tell_if_changed(playback);
        return 0;
}

static void timer_in(struct playback *playback, uint64_t usec) {
        int r = timer_arm(playback->loop, &playback->timer, "audio-playback", usec, on_timer, playback);

        if (r < 0)
                log_errno(r, "Cannot set a timer, continuing without it: %m");
}

static void on_state(void *userdata) {
        struct playback *playback = userdata;

        if (!playback->stream)
                return; /* not yet: still being made */
        if (stream_error(playback->stream)) {
                snprintf(playback->error, sizeof(playback->error), "%s", stream_error(playback->stream));
                timer_in(playback, RETRY_USEC);
        } else if (stream_is_playing(playback->stream)) {
                playback->unlinked = false;
                playback->error[0] = '\0';
                timer_disarm(playback->timer);
        } else if (playback->wanted) {
                timer_in(playback, LINK_USEC);
        }
        tell_if_changed(playback);
}

/* Makes the stream if there should be one and is none. */
static void update_stream(struct playback *playback) {
        struct pw_core *core = connection_core(playback->connection);
        const struct stream_options options = {
                .guest = playback->name,
                .playback = &playback->options,
                .format = playback->format,
                .counters = &playback->counters,
                .on_state = on_state,
                .userdata = playback,
        };
        int r;

        if (!playback->wanted || !core || playback->stream)
                return;
        playback->unlinked = false;
        r = stream_new(&playback->stream, core, &options);
        if (r < 0)
                snprintf(playback->error, sizeof(playback->error), "%s", strerror(-r));
        else
                stream_play(playback->stream, &playback->feed);
        /* An error while it was made has not been told to on_state()'s stream. */
        if (r >= 0 && stream_error(playback->stream))
                on_state(playback);
        else
                timer_in(playback, r < 0 ? RETRY_USEC : LINK_USEC);
}

static void drop_stream(struct playback *playback) {
        timer_disarm(playback->timer);
        playback->stream = stream_free(playback->stream);
        playback->unlinked = false;
        playback->error[0] = '\0';
        atomic_store(&playback->counters.cycle, 0);
        atomic_store(&playback->counters.graph_rate, 0);
}

static void on_up(void *userdata) {
        struct playback *playback = userdata;

        update_stream(playback);
        tell_if_changed(playback);
}

static void on_down(void *userdata) {
        struct playback *playback = userdata;

        drop_stream(playback);
        tell_if_changed(playback);
}

static bool same_string(const char *a, const char *b) {
        return a && b ? strcmp(a, b) == 0 : a == b;
}

static int copy_options(struct playback *playback, const struct playback_options *options) {
        int r;

        r = replace_string(&playback->target, options->target);
        if (r < 0)
                return r;
        r = replace_string(&playback->role, options->role);
        if (r < 0)
                return r;
        playback->options = *options;
        playback->options.target = playback->target;
        playback->options.role = playback->role;
        return 0;
}

int playback_new(struct playback **ret, sd_event *loop, const struct playback_options *options,
                 const struct playback_callbacks *callbacks) {
        _cleanup_(playback_freep) struct playback *playback = calloc(1, sizeof(*playback));
        int r;

        if (!playback)
                return -ENOMEM;
        playback->loop = sd_event_ref(loop);
        playback->callbacks = *callbacks;
        r = copy_options(playback, options);
        if (r < 0)
                return r;
        r = pwloop_new(&playback->pwloop, loop);
        if (r < 0)
                return r;
        r = connection_new(&playback->connection, loop, pwloop_get(playback->pwloop));
        if (r < 0)
                return r;
        playback->listener = (struct connection_listener){ on_up, on_down, playback };
        connection_listen(playback->connection, &playback->listener);
        playback_status(playback, &playback->told);
        *ret = steal_ptr(playback);
        return 0;
}

struct playback *playback_free(struct playback *playback) {
        if (!playback)
                return NULL;
        drop_stream(playback);
        connection_free(playback->connection);
        pwloop_free(playback->pwloop);
        playback->timer = sd_event_source_disable_unref(playback->timer);
        sd_event_unref(playback->loop);
        free(playback->name);
        free(playback->target);
        free(playback->role);
        free(playback);
        return NULL;
}

int playback_configure(struct playback *playback, const struct playback_options *options) {
        const struct playback_options *now = &playback->options;
        int r;

        if (same_string(options->target, now->target) && same_string(options->role, now->role) &&
            options->latency == now->latency && options->volume == now->volume &&
            options->rate_matching == now->rate_matching)
                return 0;
        r = copy_options(playback, options);
        if (r < 0)
                return r;
        drop_stream(playback);
        update_stream(playback);
        tell_if_changed(playback);
        return 0;
}

int playback_start(struct playback *playback, const char *name, const struct pcm_format *format,
                   const struct feed *feed) {
        bool fits = playback->stream && !stream_error(playback->stream) &&
                    same_string(name, playback->name) && pcm_equal(format, &playback->format);
        struct spa_audio_info_raw unused;
        int r;

        r = format_to_spa(&unused, format);
        if (r < 0)
                return r;
        if (!fits) {
                r = replace_string(&playback->name, name);
                if (r < 0)
                        return r;
                drop_stream(playback);
                playback->format = *format;
        }
        playback->feed = *feed;
        playback->wanted = true;
        if (fits)
                stream_play(playback->stream, feed);
        else
                update_stream(playback);
        tell_if_changed(playback);
        return 0;
}

void playback_pause(struct playback *playback) {
        playback->wanted = false;
        playback->unlinked = false;
        if (playback->stream && !stream_error(playback->stream)) {
                timer_disarm(playback->timer);
                stream_pause(playback->stream);
        } else {
                drop_stream(playback);
        }
        tell_if_changed(playback);
}

void playback_stop(struct playback *playback) {
        playback->wanted = false;
        drop_stream(playback);
        atomic_store(&playback->counters.underruns, 0);
        atomic_store(&playback->counters.overruns, 0);
        atomic_store(&playback->counters.clock_ppm, 0);
        tell_if_changed(playback);
}

int playback_change_volume(struct playback *playback, int percent) {
        if (!playback->stream)
                return -ENOENT;
        return stream_change_volume(playback->stream, percent);
}

int playback_toggle_mute(struct playback *playback) {
        if (!playback->stream)
                return -ENOENT;
        return stream_toggle_mute(playback->stream);
}

struct connection *playback_connection(struct playback *playback) {
        return playback->connection;
}

static void describe_problem(const struct playback *playback, char *text, size_t size) {
        connection_problem(playback->connection, text, size);
        if (text[0])
                return;
        if (playback->error[0])
                snprintf(text, size, "PipeWire refuses the stream, trying again: %s", playback->error);
        else if (playback->unlinked && playback->target)
                snprintf(text, size,
                         "PipeWire has not connected the stream to '%s': is it there (wpctl status)?",
                         playback->target);
        else if (playback->unlinked)
                snprintf(text, size,
                         "PipeWire has not connected the stream to any output: is there one (wpctl "
                         "status), and a session manager (systemctl --user start wireplumber)?");
}

void playback_status(const struct playback *playback, struct playback_status *ret) {
        const struct player_counters *counters = &playback->counters;

        *ret = (struct playback_status){
                .connected = connection_is_up(playback->connection),
                .playing = playback->stream && stream_is_playing(playback->stream),
                .quantum = atomic_load(&counters->cycle),
                .graph_rate = atomic_load(&counters->graph_rate),
                .pulls = atomic_load(&counters->pulls),
                .underruns = atomic_load(&counters->underruns),
                .overruns = atomic_load(&counters->overruns),
                .fill = atomic_load(&counters->fill),
                .latency = atomic_load(&counters->latency),
                .target = atomic_load(&counters->target),
                .rate_ppm = atomic_load(&counters->rate_ppm),
        };
        describe_problem(playback, ret->problem, sizeof(ret->problem));
}
