/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each side stores its own position with release when it is done with the bytes, and loads the other's with
 * acquire before it touches them. So bytes are seen before the position that covers them, and none is
 * written over before it has been read.
 */
#include "ivshmem/fifo.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int fifo_init(struct fifo *fifo, size_t size) {
        uint8_t *bytes = calloc(1, size);

        if (!bytes)
                return -ENOMEM;
        fifo->bytes = bytes;
        fifo->allocated = size;
        fifo_reset(fifo, size);
        return 0;
}

void fifo_done(struct fifo *fifo) {
        free(fifo->bytes);
        fifo->bytes = NULL;
        fifo->allocated = fifo->size = 0;
}

void fifo_reset(struct fifo *fifo, size_t size) {
        assert(size > 0 && size <= fifo->allocated);
        fifo->size = size;
        atomic_store(&fifo->written, 0);
        atomic_store(&fifo->taken, 0);
}

uint64_t fifo_written(const struct fifo *fifo) {
        return atomic_load_explicit(&fifo->written, memory_order_acquire);
}

uint64_t fifo_taken(const struct fifo *fifo) {
        return atomic_load_explicit(&fifo->taken, memory_order_acquire);
}

/* The reader's position first: loaded last, it might have overtaken the writer's as that was. */
size_t fifo_unread(const struct fifo *fifo) {
        uint64_t taken = fifo_taken(fifo);

        return (size_t)(fifo_written(fifo) - taken);
}

static size_t at_most(size_t value, size_t limit) {
        return value < limit ? value : limit;
}

bool fifo_put(struct fifo *fifo, const void *src, size_t size) {
        uint64_t written = fifo_written(fifo);
        size_t begin, first;

        if (size > fifo->size - fifo_unread(fifo))
                return false;
        if (size == 0)
                return true;
        begin = (size_t)(written % fifo->size);
        first = at_most(size, fifo->size - begin);
        memcpy(fifo->bytes + begin, src, first);
        memcpy(fifo->bytes, (const uint8_t *)src + first, size - first);
        atomic_store_explicit(&fifo->written, written + size, memory_order_release);
        return true;
}

size_t fifo_take(struct fifo *fifo, void *dst, size_t size) {
        uint64_t taken = fifo_taken(fifo);
        size_t begin, first;

        size = at_most(size, fifo_unread(fifo));
        if (size == 0)
                return 0;
        begin = (size_t)(taken % fifo->size);
        first = at_most(size, fifo->size - begin);
        memcpy(dst, fifo->bytes + begin, first);
        memcpy((uint8_t *)dst + first, fifo->bytes, size - first);
        atomic_store_explicit(&fifo->taken, taken + size, memory_order_release);
        return size;
}

size_t fifo_skip(struct fifo *fifo, size_t size) {
        size = at_most(size, fifo_unread(fifo));
        atomic_store_explicit(&fifo->taken, fifo_taken(fifo) + size, memory_order_release);
        return size;
}
