/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/listener: who listens to a source: a thread that pulls, as PipeWire's does, and checks the numbers.
 */
#include "ivshmem/source.h"

#include <pthread.h>
#include <stdbool.h>

#include "tests/ring.h"

struct listener {
        sd_event *loop;
        struct source *source;
        struct pcm_format format;
        struct feed feed;
        unsigned started, stopped, changed;
        pthread_t thread;
        atomic_bool pull, running;
        atomic_uint first, last, jumps, frames, lost; /* of the frame numbers heard since on_start */
};

static inline void hear(struct listener *listener, const uint8_t *frames, size_t n) {
        size_t frame_size = pcm_frame_size(&listener->format);

        for (size_t i = 0; i < n; i++) {
                uint32_t number = frame_number(frames + i * frame_size);

                if (number == 0)
                        continue; /* silence */
                if (listener->frames == 0)
                        listener->first = number;
                else if (number != listener->last + 1)
                        listener->jumps++;
                listener->last = number;
                listener->frames++;
        }
}

static inline void *pull(void *userdata) {
        static uint8_t buffer[512 * 32];
        struct listener *listener = userdata;
        struct feed_view view;

        while (listener->pull) {
                if (listener->feed.look(&view, listener->feed.userdata)) {
                        listener->lost += view.jumped;
                        hear(listener, buffer, listener->feed.read(buffer, 512, listener->feed.userdata));
                }
                usleep(10000);
        }
        return NULL;
}

static inline void on_start(const struct pcm_format *format, const struct feed *feed, void *userdata) {
        struct listener *listener = userdata;

        CHECK(!listener->running);
        listener->format = *format;
        listener->feed = *feed;
        listener->started++;
        listener->first = listener->last = listener->jumps = listener->frames = 0;
        listener->pull = listener->running = true;
        CHECK_EQ(pthread_create(&listener->thread, NULL, pull, listener), 0);
}

static inline void on_stop(void *userdata) {
        struct listener *listener = userdata;

        CHECK(listener->running);
        listener->pull = listener->running = false;
        pthread_join(listener->thread, NULL);
        listener->stopped++;
}

static inline void on_change(void *userdata) {
        struct listener *listener = userdata;

        listener->changed++;
}

static inline void listener_open(struct listener *listener, const char *path) {
        const struct feed_callbacks callbacks = { on_start, on_stop, on_change, listener };

        memset(listener, 0, sizeof(*listener));
        CHECK(sd_event_new(&listener->loop) >= 0);
        CHECK_EQ(source_new(&listener->source, listener->loop, &callbacks), 0);
        source_set_idle_after(listener->source, 1000000);
        source_set_listening(listener->source, true);
        CHECK_EQ(source_set_path(listener->source, path, SIZE), 0);
}

static inline void listener_close(struct listener *listener) {
        source_free(listener->source);
        CHECK_EQ(listener->started, listener->stopped);
        sd_event_unref(listener->loop);
}

static inline enum source_state state_of(const struct listener *listener) {
        struct source_status status;

        source_status(listener->source, &status);
        return status.state;
}

/* Publishes at the guest's pace for as long as the expression is false. */
#define PLAY_UNTIL(listener, driver, expr)                                                                   \
        do {                                                                                                 \
                uint64_t end_ = now_usec() + DEADLINE_USEC, next_ = now_usec();                              \
                while (!(expr)) {                                                                            \
                        if (now_usec() > end_)                                                               \
                                test_fail("played in vain until %s", #expr);                                 \
                        if (now_usec() >= next_) {                                                           \
                                driver_publish(driver);                                                      \
                                next_ += 20000;                                                              \
                        }                                                                                    \
                        CHECK(sd_event_run((listener)->loop, 2000) >= 0);                                    \
                }                                                                                            \
        } while (0)
