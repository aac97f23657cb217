/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/queue: a stream that arrives piece by piece, as a feed (core/feed.h) for the thread that pulls.
 *
 * Threads: the functions below belong to the loop's thread, those of .feed to the one that pulls, at the same
 * time. What crosses is atomic, and an eventfd that becomes readable when the end has been read.
 * queue_begin() and queue_done() while nobody pulls.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/feed.h"
#include "core/pcm.h"
#include "ivshmem/fifo.h"

#define QUEUE_SIZE 4194304u /* bytes; only what is used of them is ever touched */
#define QUEUE_USEC 2000000u /* what it holds at most: fast formats fill QUEUE_SIZE before */

struct queue {
        struct feed feed; /* valid from queue_begin() on */
        struct pcm_format format;
        uint32_t frame_size;
        int wake_fd; /* the eventfd, borrowed */
        struct fifo fifo;

        /* The pulling thread's. */
        uint64_t gap_passed;
        bool jumped;

        /* Everybody's. */
        _Atomic uint64_t gap; /* position in the fifo that frames before it were lost at; 0: none */
        _Atomic uint32_t grain;
        atomic_bool ended, finished;
};

/* 0 or -ENOMEM. Zero-initialised is one that queue_done() accepts. */
int queue_init(struct queue *queue, int wake_fd);
void queue_done(struct queue *queue);

/* Empties it for a new stream. */
void queue_begin(struct queue *queue, const struct pcm_format *format);

/*
 * Adds FRAMES frames, all or none: false if there is no room. Then nobody has pulled for so long that what is
 * queued is of no use either: the next look drops it, and goes on behind the gap.
 */
bool queue_put(struct queue *queue, const void *samples, size_t frames);

/* No more will come: the feed ends when all has been read. */
void queue_end(struct queue *queue);

/* Whether the feed has said that it is over. */
bool queue_finished(const struct queue *queue);

/* How long it takes to play what is unread, in microseconds. */
uint64_t queue_unread_usec(const struct queue *queue);
