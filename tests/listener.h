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
 * tests/listener: the two ends of a sound: a guest that numbers its frames, in datagrams as Scream's driver
 * makes them, and a listener that pulls a feed with a thread of its own and checks the numbers.
 */
#include <pthread.h>
#include <stdbool.h>

#include "core/feed.h"
#include "tests/ring.h"

#define PAYLOAD   1152u     /* bytes, the driver's */
#define LOUD      (1 << 28) /* added to each number, so that none is silent */
#define HEARD_MAX 64u

/* 32 bit, so that a frame's number fits its first sample. */
struct guest {
        uint8_t rate_byte, channels;
        uint32_t number; /* of the next frame */
};

/* Writes the next datagram to BYTES and returns its size. Silent frames are numbered too, but do not say so.
 */
static inline size_t guest_datagram(struct guest *guest, bool silent, uint8_t bytes[static 5 + PAYLOAD]) {
        uint32_t frame_size = 4u * guest->channels, frames = PAYLOAD / frame_size;

        memset(bytes, 0, 5 + PAYLOAD);
        memcpy(bytes, (const uint8_t[]){ guest->rate_byte, 32, guest->channels, 3, 0 }, 5);
        for (uint32_t i = 0; i < frames; i++, guest->number++) {
                uint32_t sample = silent ? 0 : guest->number | LOUD;

                memcpy(bytes + 5 + i * frame_size, &sample, 4);
        }
        return 5 + frames * frame_size;
}

/* What was heard of one stream; the numbers are those of loud frames. */
struct heard {
        struct pcm_format format;
        atomic_uint frames, first, last, jumps;
        atomic_bool ended, over; /* as the view said, and the feed itself */
};

struct listener {
        bool deaf; /* pulls nothing */
        unsigned started, stopped, changed;
        struct heard heard[HEARD_MAX]; /* the first ones */
        const struct feed *feed;       /* NULL: none */
        pthread_t thread;
        atomic_bool pulling;
};

/* The latest. */
static inline struct heard *listener_heard(struct listener *listener) {
        CHECK(listener->started > 0 && listener->started <= HEARD_MAX);
        return &listener->heard[listener->started - 1];
}

static inline void heard_add(struct heard *heard, const uint8_t *frames, size_t n) {
        for (size_t i = 0; i < n; i++) {
                uint32_t number;

                memcpy(&number, frames + i * pcm_frame_size(&heard->format), 4);
                heard->frames++;
                if (!(number & LOUD))
                        continue;
                number &= ~(uint32_t)LOUD;
                if (heard->last == UINT32_MAX)
                        heard->first = number;
                else if (number != heard->last + 1)
                        heard->jumps++;
                heard->last = number;
        }
}

static inline void *listener_pull(void *userdata) {
        struct listener *listener = userdata;
        struct heard *heard = listener_heard(listener);
        const struct feed *feed = listener->feed;
        uint8_t buffer[512 * 32];
        struct feed_view view;
        size_t n;

        for (; listener->pulling; usleep(10667)) {
                if (!feed->look(&view, feed->userdata)) {
                        heard->over = true;
                        continue;
                }
                heard->ended = view.ended;
                CHECK(!heard->over && view.unread <= view.capacity && view.grain > 0);
                n = view.unread < 512 ? view.unread : 512;
                CHECK_EQ(feed->read(buffer, n, feed->userdata), n);
                heard_add(heard, buffer, n);
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
static inline void listener_start(const struct pcm_format *format, const struct feed *feed, void *userdata) {
        struct listener *listener = userdata;
        struct heard *heard;

        CHECK(!listener->feed);
        listener->feed = feed;
        listener->started++;
        heard = listener_heard(listener);
        heard->format = *format;
        heard->last = UINT32_MAX;
        listener->pulling = true;
        if (!listener->deaf)
                CHECK_EQ(pthread_create(&listener->thread, NULL, listener_pull, listener), 0);
}

static inline void listener_stop(void *userdata) {
        struct listener *listener = userdata;

        CHECK(listener->feed);
        listener->pulling = false;
        if (!listener->deaf)
                pthread_join(listener->thread, NULL);
        listener->feed = NULL;
        listener->stopped++;
}

static inline void listener_change(void *userdata) {
        ((struct listener *)userdata)->changed++;
}

#define LISTENER_CALLBACKS(listener)                                                                         \
        ((struct feed_callbacks){ listener_start, listener_stop, listener_change, listener })
