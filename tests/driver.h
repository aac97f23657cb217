/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/driver: Scream's driver, written by us after the driver's behaviour: it writes through a mapping, as
 * QEMU's guest does. The bytes of a chunk are the caller's; see tests/ring.h for frames that bear their
 * number, tests/bench/producer.h for sound on a clock.
 *
 * Source: duncanthrax/scream 73a2005, Scream/ivshmemsavedata.cpp.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/pcm.h"
#include "tests/test.h"

struct driver {
        uint8_t *map;
        size_t size;
        int fd;
        uint32_t rate, chunk_frames, frame_size;
        uint16_t index, max;
        uint32_t number; /* of the next frame */
};

static inline void driver_map(struct driver *driver, const char *path, size_t size) {
        *driver = (struct driver){ .size = size, .fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644) };
        CHECK(driver->fd >= 0);
        CHECK_EQ(ftruncate(driver->fd, (off_t)size), 0);
        driver->map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, driver->fd, 0);
        CHECK(driver->map != MAP_FAILED);
}

static inline void driver_power_off(struct driver *driver) {
        munmap(driver->map, driver->size);
        close(driver->fd);
}

/* What Initialize() does; it forgets its own header when it counts the chunks. */
static inline void driver_initialize(struct driver *driver, const struct pcm_format *format) {
        uint32_t chunk = pcm_frame_size(format) * (format->rate / 50);
        uint8_t *map = driver->map;

        memset(map, 0, 24);
        driver->index = 0;
        driver->rate = format->rate;
        driver->chunk_frames = format->rate / 50;
        driver->frame_size = pcm_frame_size(format);
        driver->max = (uint16_t)(driver->size / chunk);
        driver->number = 1;
        map[6] = 24;
        memcpy(map + 8, &driver->max, 2);
        memcpy(map + 12, &chunk, 4);
        map[16] = (uint8_t)(format->rate % 44100 == 0 ? 128 + format->rate / 44100 : format->rate / 48000);
        map[17] = format->bits;
        map[18] = format->channels;
        memcpy(map + 20, &format->channel_mask, 2);
        atomic_thread_fence(memory_order_release);
        memcpy(map, "\x14\x20\x11\x11", 4);
}

/* Where the next chunk goes, which is the newest one once it is published: the first of all is number 1. */
static inline uint8_t *driver_chunk(const struct driver *driver) {
        return driver->map + 24 +
               (size_t)((driver->index + 1) % driver->max) * driver->chunk_frames * driver->frame_size;
}

static inline void driver_publish_chunk(struct driver *driver) {
        driver->index = (uint16_t)((driver->index + 1) % driver->max);
        __atomic_store_n((uint16_t *)(void *)(driver->map + 4), driver->index, __ATOMIC_RELEASE);
}

static inline void driver_close_pin(struct driver *driver) {
        memset(driver->map, 0, 24);
}
