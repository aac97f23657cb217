/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recorder says when a sample was at the sink, on the word that a monitor is one cycle behind. Here a
 * stream of our own plays samples that tell in which tick of the graph's clock they were handed over.
 */
#include <math.h>
#include <stdatomic.h>

#include <pipewire/pipewire.h>
#include <spa/param/audio/format-utils.h>

#include "tests/bench/bench.h"

#define LAP (1u << 20) /* what a float can count exactly, and more than a graph is ever behind */

struct probe {
        struct pw_thread_loop *loop;
        struct pw_context *context;
        struct pw_core *core;
        struct pw_stream *stream;
        struct spa_hook listener;
        const struct spa_io_position *position;
        _Atomic int64_t origin; /* nanoseconds of the graph's clock at tick 0 */
};

static void on_process(void *userdata) {
        struct probe *probe = userdata;
        struct pw_buffer *buffer = pw_stream_dequeue_buffer(probe->stream);
        const struct spa_io_clock *clock = probe->position ? &probe->position->clock : NULL;
        struct spa_data *data;
        uint32_t frames = 0;
        float *samples;

        if (!buffer)
                return;
        data = &buffer->buffer->datas[0];
        samples = data->data;
        if (clock) {
                frames = (uint32_t)clock->duration;
                for (uint32_t i = 0; i < frames; i++)
                        samples[i] = (float)((clock->position + i) % LAP + 1) / (2 * LAP);
                atomic_store(&probe->origin,
                             (int64_t)clock->nsec - (int64_t)(clock->position * 1000000000ull / 48000));
        }
        *data->chunk = (struct spa_chunk){ .size = frames * 4, .stride = 4 };
        pw_stream_queue_buffer(probe->stream, buffer);
}

static void on_io_changed(void *userdata, uint32_t id, void *area, uint32_t size) {
        struct probe *probe = userdata;

        if (id == SPA_IO_Position)
                probe->position = area;
}

static const struct pw_stream_events stream_events = {
        PW_VERSION_STREAM_EVENTS,
        .io_changed = on_io_changed,
        .process = on_process,
};

static void probe_start(struct probe *probe) {
        uint8_t storage[1024];
        struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(storage, sizeof(storage));
        struct spa_audio_info_raw info = { .format = SPA_AUDIO_FORMAT_F32,
                                           .rate = 48000,
                                           .channels = 1,
                                           .position = { SPA_AUDIO_CHANNEL_MONO } };
        const struct spa_pod *param = spa_format_audio_raw_build(&builder, SPA_PARAM_EnumFormat, &info);

        pw_init(NULL, NULL);
        probe->loop = pw_thread_loop_new("probe", NULL);
        CHECK(probe->loop);
        probe->context = pw_context_new(pw_thread_loop_get_loop(probe->loop),
                                        pw_properties_new(PW_KEY_CONFIG_NAME, "client-rt.conf", NULL), 0);
        CHECK(probe->context);
        probe->core = pw_context_connect(probe->context, NULL, 0);
        CHECK(probe->core);
        probe->stream = pw_stream_new(
                probe->core, "probe",
                pw_properties_new(PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Playback", NULL));
        CHECK(probe->stream);
        pw_stream_add_listener(probe->stream, &probe->listener, &stream_events, probe);
        CHECK_EQ(pw_stream_connect(probe->stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
                                   PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
                                           PW_STREAM_FLAG_RT_PROCESS,
                                   &param, 1),
                 0);
        CHECK_EQ(pw_thread_loop_start(probe->loop), 0);
}

static void probe_stop(struct probe *probe) {
        pw_thread_loop_stop(probe->loop);
        pw_stream_destroy(probe->stream);
        pw_core_disconnect(probe->core);
        pw_context_destroy(probe->context);
        pw_thread_loop_destroy(probe->loop);
        pw_deinit();
}

/* Frames by which what was heard at FRAME was later at the sink, by the recorder, than it was handed over. */
static double offset_at(const struct recording *recording, size_t frame, int64_t origin) {
        double tick = recording_at(recording, frame, 0) * 2.0 * LAP - 1;
        double heard = (double)(recording_nsec(recording, frame) - origin) * 48000e-9;

        return remainder(heard - tick, LAP);
}

void monitor_run(const struct job *job) {
        struct stand *stand = stand_open(job);
        unsigned exact = 0, other = 0;
        struct probe probe = { 0 };

        stand_record(stand, 20);
        probe_start(&probe);
        while (recorder_peak(stand->recorder) == 0)
                wait_seconds(0.02);
        wait_seconds(1); /* the quantum settles */
        recorder_restart(stand->recorder);
        wait_seconds(3);
        probe_stop(&probe);
        recorder_finish(stand->recorder, &stand->heard);
        for (size_t i = 0; i < stand->heard.frames; i++) {
                if (recording_at(&stand->heard, i, 0) == 0)
                        continue; /* a lost cycle */
                exact += fabs(offset_at(&stand->heard, i, probe.origin)) < 0.5;
                other += fabs(offset_at(&stand->heard, i, probe.origin)) >= 0.5;
        }
        report(job, "quantum", recorder_quantum(stand->recorder), "frames");
        report(job, "one_quantum_late", exact, "frames");
        report(job, "otherwise_late", other, "frames");
}
