/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source from end to end: a driver that numbers its frames, a thread that pulls and checks the numbers,
 * files that come and go. Time is real, so nothing here depends on it but deadlines far beyond what any
 * machine needs.
 */
#include "tests/listener.h"

static void test_source_states(void) {
        const char *path = in_directory("scream");
        struct listener listener;
        struct source_status status;

        listener_open(&listener, path);
        CHECK_EQ(state_of(&listener), SOURCE_ABSENT);
        make_file(path, 100);
        RUN_UNTIL(listener.loop, state_of(&listener) == SOURCE_UNUSABLE);
        CHECK_EQ(truncate(path, SIZE), 0);
        RUN_UNTIL(listener.loop, state_of(&listener) == SOURCE_SILENT);
        source_status(listener.source, &status);
        CHECK_STR(status.problem, "");
        int fd = open(path, O_RDWR | O_CLOEXEC);

        CHECK_EQ(pwrite(fd, "KVMFR---", 8, 0), 8);
        RUN_UNTIL(listener.loop, state_of(&listener) == SOURCE_BAD);
        source_status(listener.source, &status);
        CHECK(strstr(status.problem, "4b 56 4d 46"));
        CHECK(strstr(status.problem, "Looking Glass"));
        close(fd);
        CHECK_EQ(source_set_path(listener.source, NULL, 0), 0);
        CHECK_EQ(state_of(&listener), SOURCE_OFF);
        CHECK(listener.changed >= 4);
        unlink(path);
        listener_close(&listener);
}

static void test_source_plays(void) {
        const char *path = in_directory("scream");
        struct listener listener;
        struct source_status status;
        struct driver driver;

        driver_power_on(&driver, path);
        driver_open_pin(&driver, 48000, 2);
        for (int i = 0; i < 7; i++)
                driver_publish(&driver); /* before our time: a dead guest's, for all we know */
        listener_open(&listener, path);
        run_for(listener.loop, 700000);
        CHECK_EQ(state_of(&listener), SOURCE_SILENT);
        CHECK_EQ(listener.started, 0);

        /* It moves. Everything from then on is heard in order, across the ring's wrap, until it closes. */
        PLAY_UNTIL(&listener, &driver, listener.frames > 48000 * 5 / 2 && driver.index > 3);
        CHECK_EQ(listener.started, 1);
        CHECK_EQ(listener.format.rate, 48000);
        source_status(listener.source, &status);
        CHECK_EQ(status.state, SOURCE_PLAYING);
        CHECK_EQ(listener.lost, 0);
        CHECK_EQ(listener.jumps, 0);
        CHECK_EQ(listener.first, 7 * 960 + 1); /* the first chunk that moved, whole */
        /* To the last frame, if there is time to read it: a pin that closes takes along what nobody has read.
         */
        RUN_UNTIL(listener.loop, listener.last == driver.number - 1);
        driver_close_pin(&driver);
        RUN_UNTIL(listener.loop, listener.stopped == 1);
        CHECK_EQ(listener.last, driver.number - 1);
        CHECK_EQ(state_of(&listener), SOURCE_SILENT);
        driver_power_off(&driver);
        unlink(path);
        listener_close(&listener);
}

static void test_source_changes_format(void) {
        const char *path = in_directory("scream");
        struct listener listener;
        struct driver driver;

        driver_power_on(&driver, path);
        listener_open(&listener, path);
        RUN_UNTIL(listener.loop, state_of(&listener) == SOURCE_SILENT);
        run_for(listener.loop, 500000);
        driver_open_pin(&driver, 48000, 2);
        PLAY_UNTIL(&listener, &driver, listener.frames > 10000);
        CHECK_EQ(listener.first, 1); /* the pin opened before our eyes: nothing is lost */

        driver_open_pin(&driver, 44100, 6); /* between two chunks, never seen closed */
        PLAY_UNTIL(&listener, &driver, listener.started == 2 && listener.frames > 10000);
        CHECK_EQ(listener.format.rate, 44100);
        CHECK_EQ(listener.format.channels, 6);
        CHECK_EQ(listener.first, 1);

        /* The same format again, never seen closed: the cursor must not run through the rest of the ring. */
        driver_open_pin(&driver, 44100, 6);
        PLAY_UNTIL(&listener, &driver, listener.started == 3 && listener.frames > 10000);
        CHECK_EQ(listener.first, 1);
        CHECK_EQ(listener.jumps, 0);
        CHECK_EQ(state_of(&listener), SOURCE_PLAYING);
        driver_power_off(&driver);
        unlink(path);
        listener_close(&listener);
}

static void test_source_freezes_and_file_goes(void) {
        const char *path = in_directory("scream");
        struct listener listener;
        struct driver driver, reborn;

        driver_power_on(&driver, path);
        driver_open_pin(&driver, 48000, 2);
        listener_open(&listener, path);
        PLAY_UNTIL(&listener, &driver, listener.frames > 10000);
        RUN_UNTIL(listener.loop, listener.stopped == 1); /* paused: header valid, index still */
        CHECK_EQ(state_of(&listener), SOURCE_SILENT);
        CHECK_EQ(listener.last, driver.number - 1);
        PLAY_UNTIL(&listener, &driver, listener.started == 2 && listener.frames > 10000);

        CHECK_EQ(ftruncate(driver.fd, 4096), 0); /* in full flight */
        RUN_UNTIL(listener.loop, listener.stopped == 2);
        RUN_UNTIL(listener.loop, state_of(&listener) == SOURCE_UNUSABLE);
        CHECK_EQ(ftruncate(driver.fd, SIZE), 0);
        driver_open_pin(&driver, 48000, 2);
        PLAY_UNTIL(&listener, &driver, listener.started == 3 && listener.frames > 10000);

        unlink(path); /* somebody cleans up; the guest knows nothing of it */
        PLAY_UNTIL(&listener, &driver, listener.frames > 30000);
        CHECK_EQ(listener.started, 3);
        driver_power_off(&driver); /* it is gone, and comes back in another file */
        RUN_UNTIL(listener.loop, listener.stopped == 3 && state_of(&listener) == SOURCE_ABSENT);
        driver_power_on(&reborn, path);
        driver_open_pin(&reborn, 96000, 2);
        PLAY_UNTIL(&listener, &reborn, listener.started == 4 && listener.frames > 10000);
        CHECK_EQ(listener.format.rate, 96000);
        CHECK_EQ(source_set_path(listener.source, NULL, 0), 0); /* in full flight */
        CHECK_EQ(listener.stopped, 4);
        driver_power_off(&reborn);
        unlink(path);
        listener_close(&listener);
}

int main(void) {
        make_directory();
        test_source_states();
        test_source_plays();
        test_source_changes_format();
        test_source_freezes_and_file_goes();
        rmdir(directory);
        return 0;
}
