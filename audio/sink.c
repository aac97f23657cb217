/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What should play (`wanted`) outlives what does (`stream`): the stream exists while there are both a wish
 * and a connection, and is made anew, after a pause, when PipeWire refuses it. Errors arrive in the middle of
 * PipeWire's dispatching, where no stream may be destroyed; the timer does it.
 */
#include "audio/sink.h"

#include <errno.h>
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

struct sink {
        sd_event *loop;
        struct sink_callbacks callbacks;
        struct pwloop *pwloop;
        struct connection *connection;
        struct stream *stream;
        struct stream_counters counters;
        char *target;
        sd_event_source *timer; /* at most one of: retry after an error, doubt about the link */

        bool wanted;
        char *name;
        struct pcm_format format;

        char error[256]; /* why there is no stream although there should be one */
        bool unlinked;   /* the stream has waited for its link for long */
        struct sink_status told;
};

static void tell_if_changed(struct sink *sink) {
        struct sink_status status;

        sink_status(sink, &status);
        if (status.connected == sink->told.connected && status.playing == sink->told.playing &&
            strcmp(status.problem, sink->told.problem) == 0)
                return;
        sink->told = status;
        sink->callbacks.on_change(sink->callbacks.userdata);
}

static void update_stream(struct sink *sink);

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata) {
        struct sink *sink = userdata;

        if (sink->stream && !stream_error(sink->stream)) {
                sink->unlinked = !stream_is_playing(sink->stream);
        } else {
                sink->stream = stream_free(sink->stream);
                update_stream(sink);
        }
        tell_if_changed(sink);
        return 0;
}

static void timer_in(struct sink *sink, uint64_t usec) {
        int r = timer_arm(sink->loop, &sink->timer, "audio-sink", usec, on_timer, sink);

        if (r < 0)
                log_errno(r, "Cannot set a timer, continuing without it: %m");
}

static void on_state(void *userdata) {
        struct sink *sink = userdata;

        if (!sink->stream)
                return; /* not yet: still being made */
        if (stream_error(sink->stream)) {
                snprintf(sink->error, sizeof(sink->error), "%s", stream_error(sink->stream));
                timer_in(sink, RETRY_USEC);
        } else if (stream_is_playing(sink->stream)) {
                sink->unlinked = false;
                sink->error[0] = '\0';
                timer_disarm(sink->timer);
        } else {
                timer_in(sink, LINK_USEC);
        }
        tell_if_changed(sink);
}

/* Makes the stream if there should be one and is none. */
static void update_stream(struct sink *sink) {
        struct pw_core *core = connection_core(sink->connection);
        const struct stream_options options = {
                .guest = sink->name,
                .target = sink->target,
                .format = sink->format,
                .pull = sink->callbacks.pull,
                .pull_userdata = sink->callbacks.userdata,
                .counters = &sink->counters,
                .on_state = on_state,
                .userdata = sink,
        };
        int r;

        if (!sink->wanted || !core || sink->stream)
                return;
        sink->unlinked = false;
        r = stream_new(&sink->stream, core, &options);
        if (r < 0)
                snprintf(sink->error, sizeof(sink->error), "%s", strerror(-r));
        /* An error while it was made has not been told to on_state()'s stream. */
        if (r >= 0 && stream_error(sink->stream))
                on_state(sink);
        else
                timer_in(sink, r < 0 ? RETRY_USEC : LINK_USEC);
}

static void drop_stream(struct sink *sink) {
        timer_disarm(sink->timer);
        sink->stream = stream_free(sink->stream);
        sink->unlinked = false;
        sink->error[0] = '\0';
        atomic_store(&sink->counters.quantum, 0);
        atomic_store(&sink->counters.graph_rate, 0);
}

static void on_up(void *userdata) {
        struct sink *sink = userdata;

        update_stream(sink);
        tell_if_changed(sink);
}

static void on_down(void *userdata) {
        struct sink *sink = userdata;

        drop_stream(sink);
        tell_if_changed(sink);
}

static int copy_string(char **to, const char *from) {
        char *copy = from ? strdup(from) : NULL;

        if (from && !copy)
                return -ENOMEM;
        free(*to);
        *to = copy;
        return 0;
}

int sink_new(struct sink **ret, sd_event *loop, const struct sink_options *options,
             const struct sink_callbacks *callbacks) {
        _cleanup_(sink_freep) struct sink *sink = calloc(1, sizeof(*sink));
        struct connection_callbacks connection_callbacks = { on_up, on_down, sink };
        int r;

        if (!sink)
                return -ENOMEM;
        sink->loop = sd_event_ref(loop);
        sink->callbacks = *callbacks;
        r = copy_string(&sink->target, options->target);
        if (r < 0)
                return r;
        r = pwloop_new(&sink->pwloop, loop);
        if (r < 0)
                return r;
        r = connection_new(&sink->connection, loop, pwloop_get(sink->pwloop), &connection_callbacks);
        if (r < 0)
                return r;
        sink_status(sink, &sink->told);
        *ret = steal_ptr(sink);
        return 0;
}

struct sink *sink_free(struct sink *sink) {
        if (!sink)
                return NULL;
        drop_stream(sink);
        connection_free(sink->connection);
        pwloop_free(sink->pwloop);
        sink->timer = sd_event_source_disable_unref(sink->timer);
        sd_event_unref(sink->loop);
        free(sink->name);
        free(sink->target);
        free(sink);
        return NULL;
}

int sink_configure(struct sink *sink, const struct sink_options *options) {
        bool same =
                options->target ? sink->target && strcmp(options->target, sink->target) == 0 : !sink->target;
        int r;

        if (same)
                return 0;
        r = copy_string(&sink->target, options->target);
        if (r < 0)
                return r;
        drop_stream(sink);
        update_stream(sink);
        tell_if_changed(sink);
        return 0;
}

int sink_start(struct sink *sink, const char *name, const struct pcm_format *format) {
        struct spa_audio_info_raw unused;
        int r;

        r = format_to_spa(&unused, format);
        if (r < 0)
                return r;
        r = copy_string(&sink->name, name);
        if (r < 0)
                return r;
        drop_stream(sink);
        sink->format = *format;
        sink->wanted = true;
        atomic_store(&sink->counters.pulls, 0);
        atomic_store(&sink->counters.gaps, 0);
        update_stream(sink);
        tell_if_changed(sink);
        return 0;
}

void sink_stop(struct sink *sink) {
        sink->wanted = false;
        drop_stream(sink);
        tell_if_changed(sink);
}

static void describe_problem(const struct sink *sink, char *text, size_t size) {
        connection_problem(sink->connection, text, size);
        if (text[0])
                return;
        if (sink->error[0])
                snprintf(text, size, "PipeWire refuses the stream, trying again: %s", sink->error);
        else if (sink->unlinked && sink->target)
                snprintf(text, size,
                         "PipeWire has not connected the stream to '%s': is it there (wpctl status)?",
                         sink->target);
        else if (sink->unlinked)
                snprintf(text, size,
                         "PipeWire has not connected the stream to any output: is there one (wpctl "
                         "status), and a session manager (systemctl --user start wireplumber)?");
}

void sink_status(const struct sink *sink, struct sink_status *ret) {
        const struct stream_counters *counters = &sink->counters;

        *ret = (struct sink_status){
                .connected = connection_is_up(sink->connection),
                .playing = sink->stream && stream_is_playing(sink->stream),
                .quantum = atomic_load(&counters->quantum),
                .graph_rate = atomic_load(&counters->graph_rate),
                .pulls = atomic_load(&counters->pulls),
                .gaps = atomic_load(&counters->gaps),
        };
        describe_problem(sink, ret->problem, sizeof(ret->problem));
}
