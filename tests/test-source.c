/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source from end to end: a driver that numbers its frames, a thread that pulls and checks the numbers,
 * files that come and go. Time is real, so nothing here depends on it but deadlines far beyond what any
 * machine needs.
 */
#include "ivshmem/source.h"

#include <pthread.h>
#include <stdbool.h>

#include "tests/ring.h"

struct listener {
        sd_event *loop;
        struct source *source;
        struct pcm_format format;
        unsigned started, stopped, changed;
        pthread_t thread;
        atomic_bool pull, running;
        atomic_uint first, last, jumps, frames; /* of the frame numbers heard since on_start */
};

static void hear(struct listener *listener, const uint8_t *frames, size_t n) {
        size_t frame_size = pcm_frame_size(&listener->format);

        for (size_t i = 0; i < n; i++) {
                uint32_t number;

                memcpy(&number, frames + i * frame_size, 4);
                if (listener->frames == 0)
                        listener->first = number;
                else if (number != listener->last + 1)
                        listener->jumps++;
                listener->last = number;
                listener->frames++;
        }
}

static void *pull(void *userdata) {
        static uint8_t buffer[512 * 32];
        struct listener *listener = userdata;

        while (listener->pull) {
                hear(listener, buffer, source_read(listener->source, buffer, 512));
                usleep(10667);
        }
        return NULL;
}

static void on_start(const struct pcm_format *format, void *userdata) {
        struct listener *listener = userdata;

        CHECK(!listener->running);
        listener->format = *format;
        listener->started++;
        listener->first = listener->last = listener->jumps = listener->frames = 0;
        listener->pull = listener->running = true;
        CHECK_EQ(pthread_create(&listener->thread, NULL, pull, listener), 0);
}

static void on_stop(void *userdata) {
        struct listener *listener = userdata;

        CHECK(listener->running);
        listener->pull = listener->running = false;
        pthread_join(listener->thread, NULL);
        listener->stopped++;
}

static void on_change(void *userdata) {
        struct listener *listener = userdata;

        listener->changed++;
}

static void listener_open(struct listener *listener, const char *path) {
        const struct source_callbacks callbacks = { on_start, on_stop, on_change, listener };

        memset(listener, 0, sizeof(*listener));
        CHECK(sd_event_new(&listener->loop) >= 0);
        CHECK_EQ(source_new(&listener->source, listener->loop, &callbacks), 0);
        CHECK_EQ(source_set_path(listener->source, path, SIZE), 0);
}

static void listener_close(struct listener *listener) {
        source_free(listener->source);
        CHECK_EQ(listener->started, listener->stopped);
        sd_event_unref(listener->loop);
}

static enum source_state state_of(const struct listener *listener) {
        struct source_status status;

        source_status(listener->source, &status);
        return status.state;
}

/* Publishes at the guest's pace for as long as the expression is false. */
#define PLAY_UNTIL(listener, driver, expr)                                                                   \
        do {                                                                                                 \
                uint64_t end_ = now_usec() + DEADLINE_USEC, next_ = now_usec();                              \
                while (!(expr)) {                                                                            \
                        if (now_usec() > end_)                                                               \
                                test_fail("played in vain until %s", #expr);                                 \
                        if (now_usec() >= next_) {                                                           \
                                driver_publish(driver);                                                      \
                                next_ += 20000;                                                              \
                        }                                                                                    \
                        CHECK(sd_event_run((listener)->loop, 2000) >= 0);                                    \
                }                                                                                            \
        } while (0)

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
        CHECK(status.chunks >= 120);
        printf("heard %u frames from %u, %u jumps; %" PRIu64 " underruns, %" PRIu64 " overruns, fill %u\n",
               listener.frames, listener.first, listener.jumps, status.underruns, status.overruns,
               status.fill);
        if (status.overruns == 0) { /* a machine that stops us for 200 ms is not our fault */
                CHECK_EQ(listener.jumps, 0);
                CHECK_EQ(listener.first, 7 * 960 + 1); /* the first chunk that moved, whole */
        }
        driver_close_pin(&driver);
        RUN_UNTIL(listener.loop, listener.stopped == 1);
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
        PLAY_UNTIL(&listener, &driver, driver.number > 20000 && listener.last < 40000);
        PLAY_UNTIL(&listener, &driver, listener.last > 20000);
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

        unlink(path); /* the guest is gone and comes back in another file */
        RUN_UNTIL(listener.loop, listener.stopped == 3 && state_of(&listener) == SOURCE_ABSENT);
        driver_power_on(&reborn, path);
        driver_open_pin(&reborn, 96000, 2);
        PLAY_UNTIL(&listener, &reborn, listener.started == 4 && listener.frames > 10000);
        CHECK_EQ(listener.format.rate, 96000);
        CHECK_EQ(source_set_path(listener.source, NULL, 0), 0); /* in full flight */
        CHECK_EQ(listener.stopped, 4);
        driver_power_off(&driver);
        driver_power_off(&reborn);
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
        test_source_states();
        test_source_plays();
        test_source_changes_format();
        test_source_freezes_and_file_goes();
        test_source_survives_garbage();
        rmdir(directory);
        return 0;
}
