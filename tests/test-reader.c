/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader over a real file, in time of our own making: what it shows, hands out, and when it ends. */
#include "ivshmem/reader.h"

#include <sys/eventfd.h>

#include "tests/ring.h"

#define IDLE 48000u

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
        reader_start(&rig->reader, rig->region, &rig->watch, IDLE);
}

static void rig_close(struct rig *rig) {
        region_free(rig->region);
        driver_power_off(&rig->driver);
        unlink(in_directory("reader"));
        close(rig->wake_fd);
        sd_event_unref(rig->loop);
}

static bool look(struct rig *rig, struct feed_view *view) {
        return reader_look(&rig->reader, rig->now, view);
}

/* Reads FRAMES and checks that their numbers go on from the last. */
static void hear(struct rig *rig, size_t frames) {
        static uint8_t buffer[16384 * 32 + 16];
        size_t size = rig->driver.frame_size, n;

        memset(buffer, 0xEE, sizeof(buffer));
        n = reader_read(&rig->reader, buffer, frames);
        CHECK_EQ(n, frames);
        CHECK_EQ(buffer[frames * size], 0xEE); /* not a byte more than there was room for */
        for (size_t i = 0; i < n; i++)
                CHECK_EQ(frame_number(buffer + i * size), ++rig->heard);
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

static void test_shows_what_there_is(void) {
        struct feed_view view;
        struct rig rig;

        rig_open(&rig, 48000, 2);
        CHECK(look(&rig, &view));
        CHECK_EQ(view.published, 960);
        CHECK_EQ(view.unread, 960);
        CHECK_EQ(view.grain, 960);
        CHECK_EQ(view.capacity, (rig.driver.max - 2) * 960);
        CHECK(!view.jumped && !view.ended);
        publish(&rig, 3);
        CHECK(look(&rig, &view));
        CHECK_EQ(view.published, 4 * 960);
        hear(&rig, 1000);
        reader_skip(&rig.reader, 100);
        rig.heard += 100;
        hear(&rig, 100);
        CHECK(look(&rig, &view));
        CHECK_EQ(view.unread, 4 * 960 - 1200);
        CHECK_EQ(view.published, 4 * 960);
        reader_skip(&rig.reader, 100000);
        CHECK(look(&rig, &view));
        CHECK_EQ(view.unread, 0);
        rig_close(&rig);
}

static void test_many_laps(void) {
        struct feed_view view;
        struct rig rig;

        rig_open(&rig, 48000, 2);
        for (int i = 0; i < 5000; i++) {
                publish(&rig, 1);
                CHECK(look(&rig, &view));
                CHECK(!view.jumped);
                CHECK_EQ(view.published - view.unread, rig.heard);
                hear(&rig, 950 + i % 20);
        }
        CHECK(rig.heard > 4900 * 950);
        rig_close(&rig);
}

static void test_lapped(void) {
        struct feed_view view;
        struct rig rig;

        rig_open(&rig, 48000, 2);
        publish(&rig, rig.driver.max * 3u / 4);
        CHECK(look(&rig, &view));
        publish(&rig, rig.driver.max * 3u / 4);
        CHECK(look(&rig, &view));
        CHECK(view.jumped);
        CHECK_EQ(view.unread, view.capacity);
        CHECK_EQ(view.published, rig.driver.number - 1);
        rig.heard = (uint32_t)(view.published - view.unread);
        hear(&rig, 4800);
        CHECK(look(&rig, &view));
        CHECK(!view.jumped);
        rig_close(&rig);
}

static void check_over(struct rig *rig) {
        struct feed_view view;
        uint8_t byte[64];

        CHECK(!look(rig, &view));
        CHECK(woken(rig));
        CHECK(atomic_load(&rig->reader.finished));
        CHECK(!look(rig, &view));
        CHECK_EQ(reader_read(&rig->reader, byte, 1), 0);
        reader_skip(&rig->reader, 1);
        CHECK(!woken(rig)); /* told once */
}

static void test_end_is_played_out(void) {
        struct feed_view view;
        struct rig rig;

        rig_open(&rig, 48000, 2);
        publish(&rig, 4);
        CHECK(look(&rig, &view));
        hear(&rig, 960);
        driver_close_pin(&rig.driver);
        CHECK(look(&rig, &view));
        CHECK(view.ended);
        CHECK_EQ(view.unread, 4 * 960);
        driver_open_pin(&rig.driver, 48000, 2); /* the next sound already: not yet */
        CHECK(look(&rig, &view));
        hear(&rig, 4 * 960);
        CHECK(!woken(&rig));
        check_over(&rig);
        CHECK(!rig.reader.replaced);
        rig_close(&rig);
}

static void test_another_stream(void) {
        struct feed_view view;
        struct rig rig;

        rig_open(&rig, 48000, 1);
        publish(&rig, 9);
        CHECK(look(&rig, &view));
        hear(&rig, 5 * 960 + 100);
        driver_open_pin(&rig.driver, 48000, 2);
        CHECK(look(&rig, &view)); /* the rest of the old one is still there */
        CHECK(view.ended);
        CHECK_EQ(view.unread, 5 * 960 - 100);
        rig.driver.frame_size = 4;
        hear(&rig, 960);
        rig.driver.frame_size = 8;
        driver_publish(&rig.driver);
        CHECK(look(&rig, &view)); /* slots 1 and 2 of the new one: 2 to 5 of the old */
        driver_publish(&rig.driver);
        check_over(&rig); /* and now the next to be read is not what it was */
        CHECK(rig.reader.replaced);
        rig_close(&rig);
}

static void test_frozen(void) {
        struct feed_view view;
        struct rig rig;

        rig_open(&rig, 48000, 2);
        CHECK(look(&rig, &view));
        rig.now += 600000;
        CHECK(look(&rig, &view)); /* what is there is there */
        CHECK(!view.ended);
        hear(&rig, 960);
        check_over(&rig);
        CHECK(rig.reader.cursor.state == SCREAM_OPEN); /* it may go on */
        rig_close(&rig);
}

static void test_broken_for_good(void) {
        struct feed_view view;
        struct rig rig;

        rig_open(&rig, 48000, 2);
        CHECK(look(&rig, &view));
        hear(&rig, 960);
        rig.driver.map[17] = 13;
        CHECK(look(&rig, &view));
        rig.now += 600000;
        check_over(&rig);
        rig_close(&rig);
}

static void test_silence(void) {
        struct feed_view view;
        struct rig rig;

        rig_open(&rig, 48000, 2);
        for (int i = 0; i < 49; i++) {
                driver_publish_silence(&rig.driver);
                rig.now += SCREAM_CHUNK_USEC;
        }
        publish(&rig, 1); /* just in time */
        for (int i = 0; i < 70; i++) {
                driver_publish_silence(&rig.driver);
                rig.now += SCREAM_CHUNK_USEC;
        }
        CHECK(look(&rig, &view));
        hear(&rig, 960);
        for (int i = 0; i < 49; i++) {
                uint8_t buffer[960 * 8];

                CHECK_EQ(reader_read(&rig.reader, buffer, 960), 960);
                CHECK(look(&rig, &view));
        }
        rig.heard += 49 * 960;
        hear(&rig, 960);
        for (int i = 0; i < 50; i++) {
                uint8_t buffer[960 * 8];

                CHECK(look(&rig, &view));
                CHECK_EQ(reader_read(&rig.reader, buffer, 960), 960);
        }
        check_over(&rig); /* a second of it, although there is more */
        CHECK_EQ(scream_cursor_fill(&rig.reader.cursor), 20 * 960);
        rig_close(&rig);
}

static void test_truncated(void) {
        struct feed_view view;
        struct rig rig;
        uint8_t buffer[64];

        rig_open(&rig, 48000, 2);
        publish(&rig, 4);
        CHECK(look(&rig, &view));
        CHECK_EQ(ftruncate(rig.driver.fd, 4096), 0); /* the header is still there, the chunks are not */
        CHECK_EQ(reader_read(&rig.reader, buffer, 1), 0);
        CHECK(woken(&rig));
        CHECK(!look(&rig, &view));
        rig_close(&rig);

        rig_open(&rig, 48000, 2);
        CHECK(look(&rig, &view));
        CHECK_EQ(ftruncate(rig.driver.fd, 0), 0);
        check_over(&rig);
        rig_close(&rig);
}

int main(void) {
        make_directory();
        test_shows_what_there_is();
        test_many_laps();
        test_lapped();
        test_end_is_played_out();
        test_another_stream();
        test_frozen();
        test_broken_for_good();
        test_silence();
        test_truncated();
        rmdir(directory);
        return 0;
}
