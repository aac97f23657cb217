/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's time is the host's, stretched: nothing in here sleeps for a while, every deadline is absolute,
 * so that what the machine delays is not added up. The thread waits on a condition rather than on a clock, as
 * a pin may be opened while it does.
 */
#include "tests/bench/producer.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "tests/driver.h"

#define CHUNK_NSEC   20000000
#define SECOND       1000000000
#define MAX_CHANNELS 8
#define LATE_NSEC    5000000

struct producer {
        struct producer_options options;
        struct driver driver;
        struct pcm_format format;
        int64_t boot; /* nanoseconds of CLOCK_MONOTONIC */
        pthread_t thread;
        pthread_mutex_t mutex;
        pthread_cond_t changed;

        /* Under the mutex. */
        bool running, ending;
        unsigned commands;
        int64_t base; /* by the guest's clock: when the next chunk but SINCE_BASE began */
        int64_t since_base;
        uint64_t frame, random;
        uint8_t *chunk; /* the next one */
        struct producer_time *times;
        size_t n_times;
};

static int64_t now_nsec(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return ts.tv_sec * (int64_t)SECOND + ts.tv_nsec;
}

static int64_t guest_now(const struct producer *producer) {
        return llround((double)(now_nsec() - producer->boot) * (1 + producer->options.skew * 1e-6));
}

/* By the host's clock. */
static int64_t next_due(const struct producer *producer) {
        int64_t guest = producer->base + (producer->since_base + 1) * CHUNK_NSEC;
        int64_t tick = (int64_t)producer->options.tick * 1000;

        if (tick > 0)
                guest = (guest + tick - 1) / tick * tick;
        return producer->boot + llround((double)guest / (1 + producer->options.skew * 1e-6));
}

static int64_t next_delay(struct producer *producer) {
        producer->random = producer->random * 6364136223846793005u + 1442695040888963407u;
        return (int64_t)((producer->random >> 33) % (producer->options.jitter * 1000ull + 1));
}

static void make_chunk(struct producer *producer) {
        uint8_t *p = producer->chunk;
        size_t bytes = producer->format.bits / 8;
        int32_t samples[MAX_CHANNELS] = { 0 };

        for (uint32_t i = 0; i < producer->driver.chunk_frames; i++) {
                producer->options.sound(&producer->format, producer->frame + i, samples,
                                        producer->options.userdata);
                for (unsigned channel = 0; channel < producer->format.channels; channel++, p += bytes) {
                        memcpy(p, (uint8_t *)&samples[channel] + 4 - bytes, bytes);
                        /* Windows' 8-bit samples alone are unsigned. */
                        if (bytes == 1)
                                *p ^= 0x80;
                }
        }
}

static void publish(struct producer *producer, int64_t due) {
        size_t n = producer->n_times;

        memcpy(driver_chunk(&producer->driver), producer->chunk,
               (size_t)producer->driver.chunk_frames * producer->driver.frame_size);
        driver_publish_chunk(&producer->driver);
        if (n < PRODUCER_TIMES) {
                producer->times[n] = (struct producer_time){ due, now_nsec() };
                producer->n_times++;
        }
        producer->frame += producer->driver.chunk_frames;
        producer->since_base++;
}

/* False: something else has happened before. */
static bool wait_until(struct producer *producer, int64_t nsec) {
        const struct timespec ts = { nsec / SECOND, nsec % SECOND };
        unsigned commands = producer->commands;
        int r = 0;

        while (r == 0 && producer->commands == commands)
                r = pthread_cond_timedwait(&producer->changed, &producer->mutex, &ts);
        return producer->commands == commands;
}

static void *run(void *userdata) {
        struct producer *producer = userdata;

        /* A busy machine is not what is tested. It is no matter if this is refused. */
        (void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &(struct sched_param){ 40 });
        pthread_mutex_lock(&producer->mutex);
        while (!producer->ending) {
                int64_t due;

                if (!producer->running) {
                        pthread_cond_wait(&producer->changed, &producer->mutex);
                        continue;
                }
                make_chunk(producer);
                due = next_due(producer) + next_delay(producer);
                if (wait_until(producer, due))
                        publish(producer, due);
        }
        pthread_mutex_unlock(&producer->mutex);
        return NULL;
}

static void command(struct producer *producer, bool running) {
        producer->running = running;
        producer->base = guest_now(producer);
        producer->since_base = 0;
        producer->commands++;
        pthread_cond_signal(&producer->changed);
}

struct producer *producer_new(const struct producer_options *options) {
        struct producer *producer = calloc(1, sizeof(*producer));
        pthread_condattr_t monotonic;

        CHECK(producer);
        producer->options = *options;
        producer->boot = now_nsec();
        producer->random = (uint64_t)producer->boot;
        producer->times = calloc(PRODUCER_TIMES, sizeof(*producer->times));
        CHECK(producer->times);
        driver_map(&producer->driver, options->path, options->size);
        pthread_mutex_init(&producer->mutex, NULL);
        pthread_condattr_init(&monotonic);
        pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        pthread_cond_init(&producer->changed, &monotonic);
        CHECK_EQ(pthread_create(&producer->thread, NULL, run, producer), 0);
        return producer;
}

struct producer *producer_free(struct producer *producer) {
        if (!producer)
                return NULL;
        pthread_mutex_lock(&producer->mutex);
        producer->ending = true;
        command(producer, false);
        pthread_mutex_unlock(&producer->mutex);
        pthread_join(producer->thread, NULL);
        driver_power_off(&producer->driver);
        free(producer->chunk);
        free(producer->times);
        free(producer);
        return NULL;
}

void producer_open_pin(struct producer *producer, const struct pcm_format *format) {
        CHECK(format->channels <= MAX_CHANNELS);
        pthread_mutex_lock(&producer->mutex);
        driver_initialize(&producer->driver, format);
        free(producer->chunk);
        producer->chunk = malloc((size_t)producer->driver.chunk_frames * producer->driver.frame_size);
        CHECK(producer->chunk);
        producer->format = *format;
        producer->frame = 0;
        producer->n_times = 0;
        command(producer, true);
        pthread_mutex_unlock(&producer->mutex);
}

void producer_close_pin(struct producer *producer) {
        pthread_mutex_lock(&producer->mutex);
        command(producer, false);
        driver_close_pin(&producer->driver);
        pthread_mutex_unlock(&producer->mutex);
}

void producer_freeze(struct producer *producer) {
        pthread_mutex_lock(&producer->mutex);
        command(producer, false);
        pthread_mutex_unlock(&producer->mutex);
}

void producer_resume(struct producer *producer) {
        pthread_mutex_lock(&producer->mutex);
        command(producer, true);
        pthread_mutex_unlock(&producer->mutex);
}

const struct producer_time *producer_times(struct producer *producer, size_t *ret_n) {
        pthread_mutex_lock(&producer->mutex);
        *ret_n = producer->n_times;
        pthread_mutex_unlock(&producer->mutex);
        return producer->times;
}

unsigned producer_mark_late(struct producer *producer, struct recording *recording) {
        int64_t begin = recording_nsec(recording, 0), end = recording_nsec(recording, recording->frames);
        const struct producer_time *times;
        unsigned late = 0;
        size_t n;

        times = producer_times(producer, &n);
        for (const struct producer_time *time = times; time < times + n; time++) {
                if (time->at - time->due <= LATE_NSEC || time->at <= begin || time->due >= end)
                        continue;
                recording_mark(recording, recording_frame(recording, time->due),
                               recording_frame(recording, time->at));
                late++;
        }
        return late;
}
