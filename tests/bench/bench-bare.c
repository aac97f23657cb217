/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-bench-bare [--resample] FILE: the least that a receiver can do. It maps the ring and copies it into
 * a stream from PipeWire's real-time callback: no control, no checks, no end. What it costs is what the way
 * itself costs; a clock that is off sooner or later takes it to chunks that are not there yet, or no longer.
 * With --resample PipeWire's resampler is in the way as well, at a rate that never changes.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pipewire/pipewire.h>
#include <spa/node/io.h>
#include <spa/param/audio/format-utils.h>

#include "audio/format.h"
#include "ivshmem/scream.h"
#include "tests/test.h"

#define MARGIN_USEC 10000u

struct bare {
        struct pw_stream *stream;
        const uint8_t *map;
        struct scream_header header;
        size_t frame_size, ring; /* bytes; in the ring */
        size_t at;
        bool started, resample;
};

static uint32_t fill_to_start_with(const struct bare *bare, uint32_t quantum) {
        return bare->header.chunk_frames + quantum * 3 / 2 +
               (uint32_t)(bare->header.format.rate * (uint64_t)MARGIN_USEC / 1000000);
}

static void start(struct bare *bare, uint32_t quantum) {
        uint16_t index = __atomic_load_n((const uint16_t *)(const void *)(bare->map + 4), __ATOMIC_ACQUIRE);
        size_t written = (size_t)(index + 1) * bare->header.chunk_size;

        bare->at = (written + bare->ring - fill_to_start_with(bare, quantum) * bare->frame_size) % bare->ring;
        bare->started = true;
}

static void on_process(void *userdata) {
        struct bare *bare = userdata;
        struct pw_buffer *buffer = pw_stream_dequeue_buffer(bare->stream);
        struct spa_data *data;
        uint32_t frames;
        size_t size, first;

        if (!buffer)
                return;
        data = &buffer->buffer->datas[0];
        frames = data->maxsize / (uint32_t)bare->frame_size;
        if (buffer->requested > 0 && buffer->requested < frames)
                frames = (uint32_t)buffer->requested;
        if (!bare->started)
                start(bare, frames);
        size = frames * bare->frame_size;
        first = size < bare->ring - bare->at ? size : bare->ring - bare->at;
        memcpy(data->data, bare->map + bare->header.offset + bare->at, first);
        memcpy((uint8_t *)data->data + first, bare->map + bare->header.offset, size - first);
        bare->at = (bare->at + size) % bare->ring;
        *data->chunk = (struct spa_chunk){ .size = (uint32_t)size, .stride = (int32_t)bare->frame_size };
        pw_stream_queue_buffer(bare->stream, buffer);
}

static void on_io_changed(void *userdata, uint32_t id, void *area, uint32_t size) {
        struct bare *bare = userdata;
        struct spa_io_rate_match *match = area;

        if (id != SPA_IO_RateMatch || !match || !bare->resample)
                return;
        SPA_FLAG_SET(match->flags, SPA_IO_RATE_MATCH_FLAG_ACTIVE);
        match->rate = 48000 / 48001.5; /* at 1 there would be no resampler */
}

static const struct pw_stream_events stream_events = {
        PW_VERSION_STREAM_EVENTS,
        .io_changed = on_io_changed,
        .process = on_process,
};

/* Waits until a driver has published something. */
static void open_ring(struct bare *bare, const char *path) {
        struct stat st;
        int fd;

        while ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0 || fstat(fd, &st) < 0 || st.st_size == 0) {
                close(fd);
                usleep(10000);
        }
        bare->map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
        CHECK(bare->map != MAP_FAILED);
        close(fd);
        while (scream_decode(&bare->header, bare->map, (uint64_t)st.st_size) != SCREAM_VALID ||
               bare->header.write_index < 5)
                usleep(10000);
        bare->frame_size = pcm_frame_size(&bare->header.format);
        bare->ring = (size_t)bare->header.max_chunks * bare->header.chunk_size;
}

static void connect_stream(struct bare *bare, struct pw_core *core) {
        uint8_t storage[1024];
        struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(storage, sizeof(storage));
        static struct spa_hook listener;
        struct spa_audio_info_raw info;
        const struct spa_pod *param;

        CHECK_EQ(format_to_spa(&info, &bare->header.format), 0);
        param = spa_format_audio_raw_build(&builder, SPA_PARAM_EnumFormat, &info);
        bare->stream = pw_stream_new(core, "bare",
                                     pw_properties_new(PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY,
                                                       "Playback", PW_KEY_NODE_LATENCY, "512/48000", NULL));
        CHECK(bare->stream);
        pw_stream_add_listener(bare->stream, &listener, &stream_events, bare);
        CHECK_EQ(pw_stream_connect(bare->stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
                                   PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
                                           PW_STREAM_FLAG_RT_PROCESS,
                                   &param, 1),
                 0);
}

int main(int argc, char *argv[]) {
        struct pw_main_loop *loop;
        struct pw_context *context;
        struct pw_core *core;
        struct bare bare = { 0 };

        CHECK(argc >= 2);
        bare.resample = strcmp(argv[1], "--resample") == 0;
        open_ring(&bare, argv[argc - 1]);
        pw_init(NULL, NULL);
        loop = pw_main_loop_new(NULL);
        CHECK(loop);
        context = pw_context_new(pw_main_loop_get_loop(loop),
                                 pw_properties_new(PW_KEY_CONFIG_NAME, "client-rt.conf", NULL), 0);
        CHECK(context);
        core = pw_context_connect(context, NULL, 0);
        CHECK(core);
        connect_stream(&bare, core);
        pw_main_loop_run(loop);
        return 1; /* it is killed */
}
