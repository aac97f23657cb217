/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/ring: files in a directory of our own, on tmpfs where there is one, and the guest's side of one:
 * Scream's driver, writing through a mapping as QEMU's guest does, frames that carry their own number.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#include "tests/test.h"

#define DEADLINE_USEC (30 * 1000000ull) /* far beyond what any machine needs */
#define SIZE          (1u << 20)

static char directory[64];

static inline uint64_t now_usec(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

/* Runs LOOP until the expression holds. */
#define RUN_UNTIL(loop, expr)                                                                                \
        do {                                                                                                 \
                uint64_t end_ = now_usec() + DEADLINE_USEC;                                                  \
                while (!(expr)) {                                                                            \
                        if (now_usec() > end_)                                                               \
                                test_fail("waited in vain for %s", #expr);                                   \
                        CHECK(sd_event_run(loop, 20000) >= 0);                                               \
                }                                                                                            \
        } while (0)

static inline void run_for(sd_event *loop, uint64_t usec) {
        for (uint64_t end = now_usec() + usec; now_usec() < end;)
                CHECK(sd_event_run(loop, 5000) >= 0);
}

static inline const char *in_directory(const char *name) {
        static char paths[4][160];
        static unsigned next;
        char *path = paths[next++ % 4];

        snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
        return path;
}

static inline void make_file(const char *path, off_t size) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

        CHECK(fd >= 0);
        CHECK_EQ(ftruncate(fd, size), 0);
        close(fd);
}

static inline void make_directory(void) {
        strcpy(directory, "/dev/shm/pillion-test.XXXXXX");
        if (mkdtemp(directory))
                return;
        strcpy(directory, "/tmp/pillion-test.XXXXXX");
        CHECK(mkdtemp(directory));
}

struct driver {
        uint8_t *map;
        int fd;
        uint32_t rate, chunk_frames, frame_size;
        uint16_t index, max;
        uint32_t number; /* of the next frame */
};

static inline void driver_power_on(struct driver *driver, const char *path) {
        *driver = (struct driver){ .fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644) };
        CHECK(driver->fd >= 0);
        CHECK_EQ(ftruncate(driver->fd, SIZE), 0);
        driver->map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, driver->fd, 0);
        CHECK(driver->map != MAP_FAILED);
}

static inline void driver_power_off(struct driver *driver) {
        munmap(driver->map, SIZE);
        close(driver->fd);
}

/* What Initialize() does: 32 bit, so that a frame's number fits its first sample. */
static inline void driver_open_pin(struct driver *driver, uint32_t rate, uint8_t channels) {
        uint32_t chunk = 4u * channels * rate / 50;
        uint8_t *map = driver->map;

        memset(map, 0, 24);
        driver->index = 0;
        driver->rate = rate;
        driver->chunk_frames = rate / 50;
        driver->frame_size = 4u * channels;
        driver->max = (uint16_t)(SIZE / chunk);
        driver->number = 1;
        map[6] = 24;
        memcpy(map + 8, &driver->max, 2);
        memcpy(map + 12, &chunk, 4);
        map[16] = (uint8_t)(rate % 44100 == 0 ? 128 + rate / 44100 : rate / 48000);
        map[17] = 32;
        map[18] = channels;
        map[20] = 3;
        atomic_thread_fence(memory_order_release);
        memcpy(map, "\x14\x20\x11\x11", 4);
}

static inline void driver_publish(struct driver *driver) {
        uint16_t index = (uint16_t)((driver->index + 1) % driver->max);
        uint8_t *chunk = driver->map + 24 + (size_t)index * driver->chunk_frames * driver->frame_size;

        for (uint32_t i = 0; i < driver->chunk_frames; i++, driver->number++)
                memcpy(chunk + (size_t)i * driver->frame_size, &driver->number, 4);
        __atomic_store_n((uint16_t *)(void *)(driver->map + 4), index, __ATOMIC_RELEASE);
        driver->index = index;
}

static inline void driver_close_pin(struct driver *driver) {
        memset(driver->map, 0, 24);
}
