/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fifo against a model of it, byte for byte, and then between two threads that hurry. */
#include "ivshmem/fifo.h"

#include <pthread.h>
#include <sched.h>

#include "tests/test.h"

#define SIZE  1000u /* no power of two */
#define BYTES (64u << 20)

static uint64_t next_random(uint64_t *state) {
        *state = *state * 6364136223846793005ull + 1442695040888963407ull;
        return *state >> 33;
}

/* The byte at a position of the stream: prime to every size that matters, so that a shift is seen. */
static uint8_t byte_at(uint64_t position) {
        return (uint8_t)(position % 251);
}

static bool put(struct fifo *fifo, uint64_t position, size_t size) {
        uint8_t *bytes = malloc(size + 1); /* exact, for the sanitizers */
        bool done;

        CHECK(bytes);
        for (size_t i = 0; i < size; i++)
                bytes[i] = byte_at(position + i);
        done = fifo_put(fifo, bytes, size);
        free(bytes);
        return done;
}

static size_t take(struct fifo *fifo, uint64_t position, size_t size) {
        uint8_t *bytes = malloc(size + 1);
        size_t n;

        CHECK(bytes);
        memset(bytes, 0xEE, size + 1);
        n = fifo_take(fifo, bytes, size);
        CHECK(n <= size);
        for (size_t i = 0; i < n; i++)
                CHECK_EQ(bytes[i], byte_at(position + i));
        for (size_t i = n; i <= size; i++)
                CHECK_EQ(bytes[i], 0xEE);
        free(bytes);
        return n;
}

static void test_edges(void) {
        struct fifo fifo = { 0 };

        CHECK_EQ(fifo_init(&fifo, SIZE), 0);
        CHECK_EQ(take(&fifo, 0, 10), 0);
        CHECK(put(&fifo, 0, 0));
        CHECK(!put(&fifo, 0, SIZE + 1));
        CHECK_EQ(fifo_unread(&fifo), 0);
        CHECK(put(&fifo, 0, SIZE)); /* to the last byte */
        CHECK_EQ(fifo_unread(&fifo), SIZE);
        CHECK(!put(&fifo, SIZE, 1));
        CHECK_EQ(take(&fifo, 0, 1), 1);
        CHECK(!put(&fifo, SIZE, 2)); /* all or nothing */
        CHECK(put(&fifo, SIZE, 1));
        CHECK_EQ(fifo_skip(&fifo, 500), 500);
        CHECK_EQ(take(&fifo, 501, 2 * SIZE), 500);
        CHECK_EQ(fifo_skip(&fifo, 1), 0);
        CHECK_EQ(fifo_written(&fifo), SIZE + 1);
        CHECK_EQ(fifo_taken(&fifo), SIZE + 1);
        fifo_done(&fifo);
        fifo_done(&fifo);
}

static void test_reset(void) {
        struct fifo fifo = { 0 };

        CHECK_EQ(fifo_init(&fifo, SIZE), 0);
        CHECK(put(&fifo, 0, 700));
        fifo_reset(&fifo, 60);
        CHECK_EQ(fifo_unread(&fifo), 0);
        CHECK_EQ(fifo_written(&fifo), 0);
        CHECK(!put(&fifo, 0, 61));
        CHECK(put(&fifo, 0, 60));
        CHECK_EQ(take(&fifo, 0, 100), 60);
        fifo_reset(&fifo, SIZE);
        CHECK(put(&fifo, 0, SIZE));
        fifo_done(&fifo);
}

static void test_against_model(void) {
        uint64_t written = 0, read = 0, state = 1;
        struct fifo fifo = { 0 };

        CHECK_EQ(fifo_init(&fifo, SIZE), 0);
        for (int i = 0; i < 100000; i++) {
                size_t amount = next_random(&state) % (SIZE * 5 / 4), unread = (size_t)(written - read);
                size_t least = amount < unread ? amount : unread;

                switch (next_random(&state) % 5) {
                case 0:
                        CHECK_EQ(fifo_skip(&fifo, amount), least);
                        read += least;
                        break;
                case 1:
                case 2:
                        CHECK_EQ(take(&fifo, read, amount), least);
                        read += least;
                        break;
                default:
                        CHECK_EQ(put(&fifo, written, amount), amount <= SIZE - unread);
                        written += amount <= SIZE - unread ? amount : 0;
                }
                CHECK_EQ(fifo_unread(&fifo), written - read);
                CHECK_EQ(fifo_written(&fifo), written);
        }
        fifo_done(&fifo);
}

static void *write_all(void *userdata) {
        struct fifo *fifo = userdata;
        uint64_t state = 2;
        uint8_t bytes[SIZE];

        for (uint64_t position = 0; position < BYTES;) {
                size_t size = next_random(&state) % (SIZE / 2) + 1;

                for (size_t i = 0; i < size; i++)
                        bytes[i] = byte_at(position + i);
                while (!fifo_put(fifo, bytes, size))
                        sched_yield();
                CHECK(fifo_unread(fifo) <= SIZE);
                position += size;
        }
        return NULL;
}

/* Nothing is lost, doubled or seen before it is there. */
static void test_two_threads(void) {
        uint64_t position = 0, state = 3;
        struct fifo fifo = { 0 };
        uint8_t bytes[SIZE];
        pthread_t thread;

        CHECK_EQ(fifo_init(&fifo, SIZE), 0);
        CHECK_EQ(pthread_create(&thread, NULL, write_all, &fifo), 0);
        while (position < BYTES) {
                size_t size = next_random(&state) % SIZE + 1, n;

                CHECK(fifo_unread(&fifo) <= SIZE);
                if (size % 16 == 0) {
                        n = fifo_skip(&fifo, size);
                } else {
                        n = fifo_take(&fifo, bytes, size);
                        for (size_t i = 0; i < n; i++)
                                CHECK_EQ(bytes[i], byte_at(position + i));
                }
                position += n;
                if (n == 0)
                        sched_yield();
        }
        pthread_join(thread, NULL);
        fifo_done(&fifo);
}

int main(void) {
        test_edges();
        test_reset();
        test_against_model();
        test_two_threads();
        return 0;
}
