/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A writer that finds the fifo full cannot drop the oldest frames: they are the reader's. So it drops the
 * newest and marks where; the reader, who alone may move past the rest, does so when it sees the mark.
 *
 * The end is played out: only a look that finds nothing left reports it, one graph cycle after the last
 * sample has gone, so that the sink is not torn down under it.
 */
#include "ivshmem/queue.h"

#include <unistd.h>

static bool look(struct feed_view *ret, void *userdata);

static size_t read_frames(void *dst, size_t frames, void *userdata) {
        struct queue *queue = userdata;

        if (frames > QUEUE_SIZE)
                frames = QUEUE_SIZE;
        return fifo_take(&queue->fifo, dst, frames * queue->frame_size) / queue->frame_size;
}

static void skip(size_t frames, void *userdata) {
        struct queue *queue = userdata;

        if (frames > QUEUE_SIZE)
                frames = QUEUE_SIZE;
        (void)fifo_skip(&queue->fifo, frames * queue->frame_size);
}

int queue_init(struct queue *queue, int wake_fd) {
        *queue = (struct queue){ .wake_fd = wake_fd, .finished = true };
        return fifo_init(&queue->fifo, QUEUE_SIZE);
}

void queue_done(struct queue *queue) {
        fifo_done(&queue->fifo);
}

void queue_begin(struct queue *queue, const struct pcm_format *format) {
        uint32_t frame_size = pcm_frame_size(format), most = QUEUE_SIZE / frame_size;
        uint64_t frames = format->rate * (uint64_t)QUEUE_USEC / 1000000;

        queue->feed = (struct feed){ look, read_frames, skip, queue };
        queue->format = *format;
        queue->frame_size = frame_size;
        fifo_reset(&queue->fifo, (frames < most ? (uint32_t)frames : most) * frame_size);
        queue->gap_passed = 0;
        queue->jumped = false;
        atomic_store(&queue->gap, 0);
        atomic_store(&queue->grain, 0);
        atomic_store(&queue->ended, false);
        atomic_store(&queue->finished, false);
}

bool queue_put(struct queue *queue, const void *samples, size_t frames) {
        atomic_store_explicit(&queue->grain, (uint32_t)frames, memory_order_relaxed);
        if (fifo_put(&queue->fifo, samples, frames * queue->frame_size))
                return true;
        atomic_store_explicit(&queue->gap, fifo_written(&queue->fifo), memory_order_release);
        return false;
}

void queue_end(struct queue *queue) {
        atomic_store(&queue->ended, true);
}

bool queue_finished(const struct queue *queue) {
        return atomic_load(&queue->finished);
}

uint64_t queue_unread_usec(const struct queue *queue) {
        return fifo_unread(&queue->fifo) / queue->frame_size * (uint64_t)1000000 / queue->format.rate;
}

static void pass_gap(struct queue *queue) {
        uint64_t gap = atomic_load_explicit(&queue->gap, memory_order_acquire);
        uint64_t taken = fifo_taken(&queue->fifo);

        if (gap == queue->gap_passed)
                return;
        queue->gap_passed = gap;
        queue->jumped = true;
        if (taken < gap)
                (void)fifo_skip(&queue->fifo, (size_t)(gap - taken));
}

static bool finish(struct queue *queue) {
        uint64_t one = 1;
        ssize_t n;

        atomic_store(&queue->finished, true);
        /* Never blocks: the counter is nowhere near its limit. */
        n = write(queue->wake_fd, &one, sizeof(one));
        (void)n;
        return false;
}

static bool look(struct feed_view *ret, void *userdata) {
        struct queue *queue = userdata;
        bool ended = atomic_load(&queue->ended); /* first: then what is found is all there will be */
        uint32_t unread;

        if (queue_finished(queue))
                return false;
        pass_gap(queue);
        unread = (uint32_t)(fifo_unread(&queue->fifo) / queue->frame_size);
        if (ended && unread == 0)
                return finish(queue);
        *ret = (struct feed_view){
                .published = fifo_written(&queue->fifo) / queue->frame_size,
                .unread = unread,
                .capacity = (uint32_t)(queue->fifo.size / queue->frame_size),
                .grain = atomic_load_explicit(&queue->grain, memory_order_relaxed),
                .jumped = queue->jumped && unread > 0,
                .ended = ended,
        };
        queue->jumped = queue->jumped && unread == 0;
        return true;
}
