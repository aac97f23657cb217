/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/ring: files in a directory of our own, on tmpfs where there is one, and Scream's driver writing
 * frames into one that bear their own number.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#include "tests/driver.h"
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

static inline void driver_power_on(struct driver *driver, const char *path) {
        driver_map(driver, path, SIZE);
}

/* 32 bit, so that a frame's number fits its first sample. */
static inline void driver_open_pin(struct driver *driver, uint32_t rate, uint8_t channels) {
        driver_initialize(driver, &(struct pcm_format){ rate, 32, channels, 3 });
}

#define LOUD 0x40000000u /* set in every frame's number: the number alone would be silence */

static inline void driver_publish(struct driver *driver) {
        uint8_t *chunk = driver_chunk(driver);

        for (uint32_t i = 0; i < driver->chunk_frames; i++, driver->number++) {
                uint32_t value = driver->number | LOUD;

                memcpy(chunk + (size_t)i * driver->frame_size, &value, 4);
        }
        driver_publish_chunk(driver);
}

/* Digital silence, which bears no numbers; they go on behind it. */
static inline void driver_publish_silence(struct driver *driver) {
        memset(driver_chunk(driver), 0, (size_t)driver->chunk_frames * driver->frame_size);
        driver->number += driver->chunk_frames;
        driver_publish_chunk(driver);
}

/* The number of the frame at P; 0: it is silence. */
static inline uint32_t frame_number(const uint8_t *p) {
        uint32_t value;

        memcpy(&value, p, 4);
        return value & ~LOUD;
}
