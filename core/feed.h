/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/feed: samples on their way from who receives them to who plays them; the seam between ivshmem and
 * audio, which are blind to each other.
 *
 * A feed is one stream in one pcm_format that does not change. Frames are published in grains (20 ms for
 * shared memory, one datagram on the network), stay unread until they are read or skipped, and are lost if
 * there are more of them than CAPACITY.
 *
 * Threads: the functions are called from one thread, PipeWire's, and take no lock, allocate nothing and do
 * not log. Owner: whoever made the stream; valid until its on_stop has returned.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/pcm.h"

struct feed_view {
        uint64_t published; /* frames since the stream began */
        uint32_t unread;    /* of these, how many can be read now; what precedes them is read or lost */
        uint32_t capacity;  /* the most that can be unread before the oldest are lost */
        uint32_t grain;     /* frames that are published at once */
        bool jumped;        /* the unread ones do not follow what was read last: frames were lost */
        bool ended;         /* no more will be published */
};

struct feed {
        /* What there is. false: the stream is over and read to its end, or is out of reach. */
        bool (*look)(struct feed_view *ret, void *userdata);
        /* Copies the oldest unread frames, up to FRAMES; fewer than there were only if the stream broke. */
        size_t (*read)(void *dst, size_t frames, void *userdata);
        /* Drops the oldest unread frames, up to FRAMES. */
        void (*skip)(size_t frames, void *userdata);
        void *userdata;
};

/* What whoever receives a stream tells on the loop's thread. None of them may free who calls. */
struct feed_callbacks {
        /* There is something to hear: FEED may be used from now on, by one thread. */
        void (*on_start)(const struct pcm_format *format, const struct feed *feed, void *userdata);
        /* It is over, stands still or is silent: when this returns, nobody uses the feed any more. */
        void (*on_stop)(void *userdata);
        /* What the receiver's status reports has changed. */
        void (*on_change)(void *userdata);
        void *userdata;
};
