/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/recorder.h"

#include <math.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>

#include <pipewire/pipewire.h>
#include <spa/param/audio/format-utils.h>

#include "audio/format.h"
#include "tests/test.h"

#define SECOND 1000000000ll

struct recorder {
        struct pw_thread_loop *loop;
        struct pw_context *context;
        struct pw_core *core;
        struct pw_stream *stream;
        struct spa_hook listener;

        /* The data thread's, but under the loop's lock in recorder_restart() and recorder_finish(). */
        const struct spa_io_position *position;
        struct recording recording;
        size_t max_frames, max_cycles;
        uint64_t next; /* tick */
        uint32_t quantum_before;

        atomic_size_t frames;
        _Atomic uint32_t quantum;
        _Atomic float peak;
        atomic_bool restart;
};

static int64_t now_nsec(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return ts.tv_sec * SECOND + ts.tv_nsec;
}

static void keep_cycle(struct recorder *recorder, const struct spa_io_clock *clock, uint32_t frames) {
        struct recording *recording = &recorder->recording;
        uint32_t behind = recorder->quantum_before ? recorder->quantum_before : (uint32_t)clock->duration;

        recording->cycles[recording->n_cycles++] = (struct cycle){
                .frame = recording->frames,
                .size = frames,
                .nsec = (int64_t)clock->nsec - behind * SECOND / recording->rate,
                .woken = now_nsec(),
        };
}

static void keep(struct recorder *recorder, const struct spa_io_clock *clock, const float *samples,
                 uint32_t frames) {
        struct recording *recording = &recorder->recording;
        /* A change of the quantum may shorten the cycle that has begun. */
        uint64_t lost =
                recorder->next > 0 && clock->position > recorder->next ? clock->position - recorder->next : 0;
        float peak = 0;

        if (atomic_load(&recorder->restart)) {
                recording->frames = recording->n_cycles = 0;
                lost = 0;
                atomic_store(&recorder->frames, 0);
                atomic_store(&recorder->restart, false);
        }
        if (recording->frames + lost + frames > recorder->max_frames ||
            recording->n_cycles == recorder->max_cycles)
                return;
        for (uint64_t i = 0; i < lost * recording->channels; i++)
                recording->samples[recording->frames * recording->channels + i] = 0;
        recording->frames += lost;
        keep_cycle(recorder, clock, frames);
        memcpy(recording->samples + recording->frames * recording->channels, samples,
               sizeof(float) * frames * recording->channels);
        recording->frames += frames;
        for (uint32_t i = 0; i < frames; i++)
                peak = fmaxf(peak, fabsf(samples[i * recording->channels]));
        atomic_store(&recorder->peak, peak);
        atomic_store(&recorder->frames, recording->frames);
}

static void on_process(void *userdata) {
        struct recorder *recorder = userdata;
        struct pw_buffer *buffer = pw_stream_dequeue_buffer(recorder->stream);
        const struct spa_io_clock *clock = recorder->position ? &recorder->position->clock : NULL;
        const struct spa_data *data;
        uint32_t frames;

        if (!buffer)
                return;
        data = &buffer->buffer->datas[0];
        frames = data->chunk->size / (uint32_t)(sizeof(float) * recorder->recording.channels);
        if (clock && data->data) {
                keep(recorder, clock, SPA_PTROFF(data->data, data->chunk->offset, const float), frames);
                recorder->next = clock->position + clock->duration;
                recorder->quantum_before = (uint32_t)clock->duration;
                atomic_store(&recorder->quantum, (uint32_t)clock->duration);
        }
        pw_stream_queue_buffer(recorder->stream, buffer);
}

static void on_io_changed(void *userdata, uint32_t id, void *area, uint32_t size) {
        struct recorder *recorder = userdata;

        if (id == SPA_IO_Position)
                recorder->position = area;
}

static const struct pw_stream_events stream_events = {
        PW_VERSION_STREAM_EVENTS,
        .io_changed = on_io_changed,
        .process = on_process,
};

static void connect_stream(struct recorder *recorder, const struct recorder_options *options) {
        uint8_t storage[1024];
        struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(storage, sizeof(storage));
        struct pcm_format format = options->format;
        struct spa_audio_info_raw info;
        const struct spa_pod *param;

        format.bits = 32;
        CHECK_EQ(format_to_spa(&info, &format), 0);
        info.format = SPA_AUDIO_FORMAT_F32;
        param = spa_format_audio_raw_build(&builder, SPA_PARAM_EnumFormat, &info);
        recorder->stream =
                pw_stream_new(recorder->core, "recorder",
                              pw_properties_new(PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Capture",
                                                PW_KEY_STREAM_CAPTURE_SINK, "true", PW_KEY_TARGET_OBJECT,
                                                options->sink, PW_KEY_STREAM_DONT_REMIX, "true", NULL));
        CHECK(recorder->stream);
        pw_stream_add_listener(recorder->stream, &recorder->listener, &stream_events, recorder);
        CHECK_EQ(pw_stream_connect(recorder->stream, PW_DIRECTION_INPUT, PW_ID_ANY,
                                   PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
                                           PW_STREAM_FLAG_RT_PROCESS,
                                   &param, 1),
                 0);
}

/* Nothing the data thread touches may have to be found first: that would take it long enough to be late. */
static void *allocate(size_t size) {
        void *p = malloc(size);

        CHECK(p);
        memset(p, 0, size);
        return p;
}

struct recorder *recorder_new(const struct recorder_options *options) {
        struct recorder *recorder = calloc(1, sizeof(*recorder));
        struct recording *recording;

        CHECK(recorder);
        recording = &recorder->recording;
        recording->rate = options->format.rate;
        recording->channels = options->format.channels;
        recorder->max_frames = (size_t)lrint(options->seconds * recording->rate);
        recorder->max_cycles = recorder->max_frames / 32;
        recording->samples = allocate(recorder->max_frames * recording->channels * sizeof(float));
        recording->cycles = allocate(recorder->max_cycles * sizeof(*recording->cycles));

        pw_init(NULL, NULL);
        recorder->loop = pw_thread_loop_new("recorder", NULL);
        CHECK(recorder->loop);
        recorder->context = pw_context_new(pw_thread_loop_get_loop(recorder->loop),
                                           pw_properties_new(PW_KEY_CONFIG_NAME, "client-rt.conf", NULL), 0);
        CHECK(recorder->context);
        recorder->core = pw_context_connect(recorder->context, NULL, 0);
        if (!recorder->core)
                test_fail("there is no PipeWire to record: %m");
        connect_stream(recorder, options);
        CHECK_EQ(pw_thread_loop_start(recorder->loop), 0);
        return recorder;
}

static void stop(struct recorder *recorder) {
        if (recorder->loop)
                pw_thread_loop_stop(recorder->loop);
        if (recorder->stream)
                pw_stream_destroy(recorder->stream);
        recorder->stream = NULL;
}

struct recorder *recorder_free(struct recorder *recorder) {
        if (!recorder)
                return NULL;
        stop(recorder);
        pw_core_disconnect(recorder->core);
        pw_context_destroy(recorder->context);
        pw_thread_loop_destroy(recorder->loop);
        pw_deinit();
        recording_done(&recorder->recording);
        free(recorder);
        return NULL;
}

size_t recorder_frames(const struct recorder *recorder) {
        return atomic_load(&recorder->frames);
}

float recorder_peak(const struct recorder *recorder) {
        return atomic_load(&recorder->peak);
}

uint32_t recorder_quantum(const struct recorder *recorder) {
        return atomic_load(&recorder->quantum);
}

void recorder_restart(struct recorder *recorder) {
        atomic_store(&recorder->restart, true);
        while (atomic_load(&recorder->restart))
                usleep(1000);
}

void recorder_finish(struct recorder *recorder, struct recording *ret) {
        stop(recorder);
        *ret = recorder->recording;
        recorder->recording = (struct recording){ .rate = ret->rate, .channels = ret->channels };
        recorder->max_frames = recorder->max_cycles = 0;
}
