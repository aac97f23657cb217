/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A source that has nobody to play to, nothing but silence, or nothing that makes sense. */
#include "tests/listener.h"

static void publish_silence_for(struct listener *listener, struct driver *driver, unsigned chunks) {
        for (unsigned i = 0; i < chunks; i++) {
                driver_publish_silence(driver);
                run_for(listener->loop, 20000);
        }
}

/* Silence ends a stream, and the next sound begins one, however long the silence was. */
static void test_source_waits_for_sound(void) {
        const char *path = in_directory("scream");
        struct listener listener;
        struct driver driver;
        uint32_t next;

        driver_power_on(&driver, path);
        listener_open(&listener, path);
        RUN_UNTIL(listener.loop, state_of(&listener) == SOURCE_SILENT);
        run_for(listener.loop, 300000);
        driver_open_pin(&driver, 48000, 2);
        publish_silence_for(&listener, &driver, 20);
        CHECK_EQ(listener.started, 0);
        next = driver.number;
        PLAY_UNTIL(&listener, &driver, listener.frames > 10000);
        CHECK_EQ(listener.first, next);
        next = driver.number;
        for (int i = 0; listener.stopped == 0 && i < 500; i++)
                publish_silence_for(&listener, &driver, 1);
        CHECK_EQ(listener.stopped, 1);
        CHECK_EQ(listener.last, next - 1);
        publish_silence_for(&listener, &driver, 10);
        CHECK_EQ(state_of(&listener), SOURCE_SILENT);
        next = driver.number;
        PLAY_UNTIL(&listener, &driver, listener.started == 2 && listener.frames > 5000);
        CHECK_EQ(listener.first, next);
        CHECK_EQ(listener.jumps, 0);
        driver_power_off(&driver);
        unlink(path);
        listener_close(&listener);
}

/* Nobody to play to: nothing starts, what plays stops, and what was missed is missed. */
static void test_source_needs_a_listener(void) {
        const char *path = in_directory("scream");
        struct listener listener;
        struct driver driver;
        uint32_t next;

        driver_power_on(&driver, path);
        driver_open_pin(&driver, 48000, 2);
        listener_open(&listener, path);
        PLAY_UNTIL(&listener, &driver, listener.frames > 5000);
        source_set_listening(listener.source, false);
        CHECK_EQ(listener.stopped, 1);
        CHECK_EQ(state_of(&listener), SOURCE_WAITING);
        for (int i = 0; i < 20; i++) {
                driver_publish(&driver);
                run_for(listener.loop, 20000);
        }
        CHECK_EQ(listener.started, 1);
        next = driver.number;
        source_set_listening(listener.source, true);
        PLAY_UNTIL(&listener, &driver, listener.started == 2 && listener.frames > 5000);
        CHECK(listener.first >= next);
        CHECK_EQ(source_set_path(listener.source, path, SIZE), 0); /* the same again: no break */
        CHECK_EQ(listener.stopped, 1);
        driver_power_off(&driver);
        unlink(path);
        listener_close(&listener);
}

/* A guest gone mad: whatever it writes, we read on, in bounds, and do not start streams by the hundred. */
static void test_source_survives_garbage(void) {
        const char *path = in_directory("scream");
        uint64_t state = 0x9e3779b97f4a7c15ull, end;
        struct listener listener;
        struct driver driver;

        driver_power_on(&driver, path);
        driver_open_pin(&driver, 48000, 2);
        listener_open(&listener, path);
        PLAY_UNTIL(&listener, &driver, listener.frames > 5000);
        end = now_usec() + 3000000;
        while (now_usec() < end) {
                state = state * 6364136223846793005ull + 1442695040888963407ull;
                switch (state >> 60) {
                case 0:
                        driver_open_pin(&driver, state >> 40 & 1 ? 48000 : 44100, 1 + (state >> 33 & 7));
                        break;
                case 1:
                        driver_close_pin(&driver);
                        break;
                case 2:
                case 3:
                        driver.map[state >> 40 & 15] = (uint8_t)(state >> 20);
                        break;
                default:
                        driver.map[4] = (uint8_t)(state >> 20);
                }
                CHECK(sd_event_run(listener.loop, 1000) >= 0);
        }
        printf("garbage: %u streams in 3 s\n", listener.started);
        CHECK(listener.started < 100);
        driver_open_pin(&driver, 48000, 2);
        PLAY_UNTIL(&listener, &driver, listener.frames > 20000 && listener.jumps == 0);
        driver_power_off(&driver);
        unlink(path);
        listener_close(&listener);
}

int main(void) {
        make_directory();
        test_source_waits_for_sound();
        test_source_needs_a_listener();
        test_source_survives_garbage();
        rmdir(directory);
        return 0;
}
