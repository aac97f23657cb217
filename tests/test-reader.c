/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader over a real file, in time of our own making: when it begins, waits, jumps, ends. */
#include "ivshmem/reader.h"

#include <sys/eventfd.h>

#include "tests/ring.h"

#define QUANTUM 512u
#define TARGET  (960u + QUANTUM * 3 / 2 + 480u)
#define LATE    (TARGET + 7200u)

struct rig {
        sd_event *loop;
        struct region *region;
        struct driver driver;
        struct scream_cursor watch;
        struct reader reader;
        int wake_fd;
        uint64_t now;
        uint32_t heard; /* the number of the last frame */
};

static void nothing(void *userdata) {
}

static void rig_open(struct rig *rig, uint32_t rate, uint8_t channels) {
        const struct region_callbacks callbacks = { nothing, nothing, nothing, NULL };
        uint8_t empty[SCREAM_HEADER_SIZE] = { 0 };

        *rig = (struct rig){ .now = 1000000 };
        CHECK(sd_event_new(&rig->loop) >= 0);
        driver_power_on(&rig->driver, in_directory("reader"));
        CHECK_EQ(region_new(&rig->region, rig->loop, in_directory("reader"), SIZE, &callbacks), 0);
        rig->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        reader_init(&rig->reader, rig->wake_fd);
        CHECK_EQ(scream_cursor_update(&rig->watch, empty, SIZE, rig->now), SCREAM_NOTHING);
        driver_open_pin(&rig->driver, rate, channels);
        driver_publish(&rig->driver);
        CHECK_EQ(scream_cursor_update(&rig->watch, rig->driver.map, SIZE, rig->now), SCREAM_MORE);
        reader_start(&rig->reader, rig->region, &rig->watch);
}

static void rig_close(struct rig *rig) {
        region_free(rig->region);
        driver_power_off(&rig->driver);
        unlink(in_directory("reader"));
        close(rig->wake_fd);
        sd_event_unref(rig->loop);
}

/* Reads and checks that the numbers go on; a gap is told by the return value. */
static size_t hear(struct rig *rig, size_t frames, uint32_t *ret_jump) {
        static uint8_t buffer[8192 * 32 + 16];
        size_t size = rig->driver.frame_size, n;

        memset(buffer, 0xEE, sizeof(buffer));
        n = reader_read(&rig->reader, buffer, frames, rig->now);
        CHECK(n <= frames);
        CHECK_EQ(buffer[frames * size], 0xEE); /* not a byte more than there was room for */
        *ret_jump = 0;
        for (size_t i = 0; i < n; i++, rig->heard++) {
                uint32_t number;

                memcpy(&number, buffer + i * size, 4);
                if (i == 0)
                        *ret_jump = number - rig->heard - 1;
                else
                        CHECK_EQ(number, rig->heard + 1);
                rig->heard = number - 1;
        }
        return n;
}

static size_t hear_on(struct rig *rig, size_t frames) {
        uint32_t jump;
        size_t n = hear(rig, frames, &jump);

        if (n > 0)
                CHECK_EQ(jump, 0);
        return n;
}

static void publish(struct rig *rig, unsigned chunks) {
        for (; chunks > 0; chunks--) {
                driver_publish(&rig->driver);
                rig->now += SCREAM_CHUNK_USEC;
        }
}

static bool woken(struct rig *rig) {
        uint64_t n;

        return read(rig->wake_fd, &n, sizeof(n)) == sizeof(n);
}

static void test_waits_for_target(void) {
        struct rig rig;

        rig_open(&rig, 48000, 2);
        CHECK_EQ(hear_on(&rig, QUANTUM), 0);
        publish(&rig, 1);
        CHECK_EQ(hear_on(&rig, QUANTUM), 0); /* 1920 < TARGET */
        publish(&rig, 1);
        CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM); /* from the very first frame */
        CHECK_EQ(rig.heard, QUANTUM);
        CHECK_EQ(atomic_load(&rig.reader.underruns), 0);
        rig_close(&rig);
}

static void test_steady_for_many_laps(void) {
        struct rig rig;
        uint64_t end;

        rig_open(&rig, 48000, 2);
        publish(&rig, 2);
        end = rig.now + 60 * 1000000ull;
        for (uint64_t guest = rig.now; rig.now < end; rig.now += 10667) {
                CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM);
                for (; guest <= rig.now; guest += SCREAM_CHUNK_USEC)
                        driver_publish(&rig.driver);
        }
        CHECK_EQ(atomic_load(&rig.reader.underruns), 0);
        CHECK_EQ(atomic_load(&rig.reader.overruns), 0);
        CHECK(rig.heard > 59 * 48000);
        rig_close(&rig);
}

static void test_underrun_fills_up_again(void) {
        struct rig rig;

        rig_open(&rig, 48000, 2);
        publish(&rig, 2);
        for (int i = 0; i < 5; i++)
                CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM);
        CHECK_EQ(hear_on(&rig, QUANTUM), 3 * 960 - 5 * QUANTUM);
        CHECK_EQ(atomic_load(&rig.reader.underruns), 1);
        CHECK_EQ(hear_on(&rig, QUANTUM), 0);
        CHECK_EQ(atomic_load(&rig.reader.underruns), 1); /* one, however long it lasts */
        publish(&rig, 2);
        CHECK_EQ(hear_on(&rig, QUANTUM), 0);
        publish(&rig, 1);
        CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM); /* and nothing is left out */
        rig_close(&rig);
}

static void test_late_jumps_to_target(void) {
        struct rig rig;
        uint32_t jump;

        rig_open(&rig, 48000, 2);
        publish(&rig, 2);
        CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM);
        publish(&rig, 7); /* 10 chunks - 512 = 9088 < LATE */
        CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM);
        publish(&rig, 1); /* 11 chunks - 1024 = 9536 > LATE */
        CHECK(9088 < LATE && 9536 > LATE);
        CHECK_EQ(hear(&rig, QUANTUM, &jump), QUANTUM);
        CHECK_EQ(jump, 9536 - TARGET);
        CHECK_EQ(atomic_load(&rig.reader.overruns), 1);
        CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM);
        rig_close(&rig);
}

static void test_lapped(void) {
        struct rig rig;
        uint32_t jump;

        rig_open(&rig, 48000, 2);
        publish(&rig, 2);
        CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM);
        publish(&rig, rig.driver.max * 3u / 4);
        CHECK_EQ(hear_on(&rig, 0), 0); /* a pull of nothing: looks, does not move what it must not */
        publish(&rig, rig.driver.max * 3u / 4);
        CHECK_EQ(hear(&rig, QUANTUM, &jump), QUANTUM);
        CHECK(jump > 0);
        CHECK_EQ(rig.driver.number - 1 - rig.heard, TARGET - QUANTUM);
        CHECK(atomic_load(&rig.reader.overruns) >= 1);
        rig_close(&rig);
}

static void test_end_is_played_out(void) {
        struct rig rig;

        rig_open(&rig, 48000, 2);
        publish(&rig, 1);
        CHECK_EQ(hear_on(&rig, QUANTUM), 0); /* seen, but too little to begin */
        driver_close_pin(&rig.driver);
        CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM); /* there will be no more: play it */
        driver_open_pin(&rig.driver, 48000, 2);    /* somebody else's sound already: not yet */
        driver_publish(&rig.driver);
        CHECK_EQ(hear_on(&rig, 4096), 1920 - QUANTUM);
        CHECK(!woken(&rig));
        CHECK_EQ(hear_on(&rig, QUANTUM), 0);
        CHECK(woken(&rig));
        CHECK(atomic_load(&rig.reader.finished));
        CHECK_EQ(hear_on(&rig, QUANTUM), 0);
        CHECK(!woken(&rig));
        CHECK_EQ(atomic_load(&rig.reader.underruns), 0);
        rig_close(&rig);
}

static void test_short_sound_that_freezes(void) {
        struct rig rig;

        rig_open(&rig, 48000, 2);
        CHECK_EQ(hear_on(&rig, QUANTUM), 0);
        rig.now += 200000; /* no more comes, and the header stays */
        CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM);
        CHECK_EQ(hear_on(&rig, QUANTUM), 960 - QUANTUM);
        rig_close(&rig);
}

static void test_format_change_ends_it(void) {
        struct rig rig;

        rig_open(&rig, 48000, 1);
        publish(&rig, 4);
        CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM);
        driver_open_pin(&rig.driver, 192000, 8);
        driver_publish(&rig.driver);
        rig.driver.frame_size = 4; /* the puller still has room for the old format only */
        CHECK_EQ(hear_on(&rig, QUANTUM), 0);
        CHECK(woken(&rig));
        CHECK_EQ(hear_on(&rig, QUANTUM), 0);
        rig_close(&rig);
}

static void test_truncated_ends_it(void) {
        struct rig rig;
        uint32_t jump;

        rig_open(&rig, 48000, 2);
        publish(&rig, 4);
        CHECK_EQ(hear_on(&rig, QUANTUM), QUANTUM);
        CHECK_EQ(ftruncate(rig.driver.fd, 4096), 0); /* the header is still there, the chunks are not */
        CHECK_EQ(hear(&rig, QUANTUM, &jump), 0);
        CHECK(woken(&rig));
        rig_close(&rig);
}

static void test_small_ring(void) {
        struct rig rig;

        rig_open(&rig, 192000, 8); /* 8 chunks in 1 MiB: the target is more than the ring may keep */
        CHECK_EQ(rig.driver.max, 8);
        for (int i = 0; i < 200; i++) {
                publish(&rig, 1);
                for (int j = 0; j < 2; j++)
                        (void)hear_on(&rig, 1920);
        }
        CHECK_EQ(atomic_load(&rig.reader.overruns), 0);
        CHECK_EQ(atomic_load(&rig.reader.underruns), 0);
        CHECK(rig.heard > 100 * 3840);
        rig_close(&rig);
}

int main(void) {
        make_directory();
        test_waits_for_target();
        test_steady_for_many_laps();
        test_underrun_fills_up_again();
        test_late_jumps_to_target();
        test_lapped();
        test_end_is_played_out();
        test_short_sound_that_freezes();
        test_format_change_ends_it();
        test_truncated_ends_it();
        test_small_ring();
        rmdir(directory);
        return 0;
}
