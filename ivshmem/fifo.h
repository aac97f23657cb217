/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/fifo: bytes from one thread to another without a lock, through a ring that is allocated once.
 *
 * Threads: one writes (fifo_put), one reads (fifo_take, fifo_skip); they may do so at the same time. No call
 * of theirs blocks, allocates or makes a system call. fifo_unread() is exact for the reader, who may find
 * more the next moment, and for the writer, who may find less. All else while nobody else uses the fifo.
 *
 * Sizes are in bytes. The positions count from fifo_reset() on and do not wrap in any lifetime.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIFO_LINE 64 /* bytes of a cache line: the two threads shall not take it from each other */

struct fifo {
        uint8_t *bytes;
        size_t allocated;
        size_t size; /* of the ring: what is in use of ALLOCATED */
        _Alignas(FIFO_LINE) _Atomic uint64_t written;
        _Alignas(FIFO_LINE) _Atomic uint64_t taken;
};

/* 0 or -ENOMEM. Zero-initialised is a fifo of no bytes; fifo_done() makes it one again. */
int fifo_init(struct fifo *fifo, size_t size);
void fifo_done(struct fifo *fifo);

/* Empties it and makes it SIZE bytes large, at most what it was made with, and at least 1. */
void fifo_reset(struct fifo *fifo, size_t size);

/* All or nothing: false, and nothing changed, if there is no room for SIZE bytes. */
bool fifo_put(struct fifo *fifo, const void *src, size_t size);

/* The oldest bytes, up to SIZE, copied or dropped; returns how many. */
size_t fifo_take(struct fifo *fifo, void *dst, size_t size);
size_t fifo_skip(struct fifo *fifo, size_t size);

size_t fifo_unread(const struct fifo *fifo);

/* Positions: how much has been put in, and how much of it has left. */
uint64_t fifo_written(const struct fifo *fifo);
uint64_t fifo_taken(const struct fifo *fifo);
