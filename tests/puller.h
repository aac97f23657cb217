/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/puller: the two ends of a sound: a guest that numbers its frames, in datagrams as Scream's driver
 * makes them, and a listener that pulls a feed with a thread of its own and checks the numbers.
 */
#include <pthread.h>
#include <stdbool.h>

#include "core/feed.h"
#include "tests/ring.h"

#define PAYLOAD   1152u /* bytes, the driver's */
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
