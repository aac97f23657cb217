/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A queue as its two sides see it: what a view says, what is lost when nobody pulls, and how it ends. */
#include "ivshmem/queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/test.h"

#define GRAIN 288u /* frames of a stereo datagram of 16 bits */

#define EVERYTHING (SIZE_MAX / 4 + 2) /* times the size of a frame that is 4, unless one takes care */

static const struct pcm_format stereo = { 48000, 16, 2, 3 };

struct rig {
        struct queue queue;
        const struct feed *feed;
        int wake_fd;
        uint32_t number; /* of the next frame to put: each carries its own */
};

static void rig_open(struct rig *rig) {
        *rig = (struct rig){ .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
        CHECK_EQ(queue_init(&rig->queue, rig->wake_fd), 0);
        queue_begin(&rig->queue, &stereo);
        rig->feed = &rig->queue.feed;
}

static void rig_close(struct rig *rig) {
        queue_done(&rig->queue);
        close(rig->wake_fd);
}

static bool put(struct rig *rig, uint32_t frames) {
        uint32_t samples[GRAIN];

        CHECK(frames <= GRAIN);
        for (uint32_t i = 0; i < frames; i++)
                samples[i] = rig->number++;
        return queue_put(&rig->queue, samples, frames);
}

static struct feed_view view(struct rig *rig) {
        struct feed_view seen;

        CHECK(rig->feed->look(&seen, rig->feed->userdata));
        return seen;
}

/* Reads up to FRAMES and returns the number of the first; they must follow one another. */
static uint32_t hear(struct rig *rig, size_t frames, size_t expected) {
        static uint32_t samples[200000];
        size_t n = rig->feed->read(samples, frames, rig->feed->userdata);

        CHECK_EQ(n, expected);
        for (size_t i = 1; i < n; i++)
                CHECK_EQ(samples[i], samples[0] + i);
        return samples[0];
}

static bool over(struct rig *rig) {
        struct feed_view seen;

        return !rig->feed->look(&seen, rig->feed->userdata);
}

static bool woken(struct rig *rig) {
        uint64_t n;

        return read(rig->wake_fd, &n, sizeof(n)) == sizeof(n);
}

static void test_view(void) {
        struct feed_view seen;
        struct rig rig;

        rig_open(&rig);
        CHECK(put(&rig, GRAIN));
        seen = view(&rig);
        CHECK_EQ(seen.published, GRAIN);
        CHECK_EQ(seen.unread, GRAIN);
        CHECK_EQ(seen.capacity, 96000);
        CHECK_EQ(seen.grain, GRAIN);
        CHECK(!seen.jumped && !seen.ended);
        CHECK_EQ(hear(&rig, 100, 100), 0);
        CHECK(put(&rig, 36));
        seen = view(&rig);
        CHECK_EQ(seen.published, GRAIN + 36);
        CHECK_EQ(seen.unread, GRAIN + 36 - 100);
        CHECK_EQ(seen.grain, 36);
        CHECK_EQ(queue_unread_usec(&rig.queue), (GRAIN + 36 - 100) * 1000000ull / 48000);
        rig.feed->skip(50, rig.feed->userdata);
        CHECK_EQ(hear(&rig, EVERYTHING, GRAIN + 36 - 150), 150);
        CHECK_EQ(view(&rig).unread, 0);
        CHECK(!view(&rig).jumped);
        CHECK(put(&rig, GRAIN));
        rig.feed->skip(EVERYTHING, rig.feed->userdata);
        CHECK_EQ(view(&rig).unread, 0);
        CHECK_EQ(view(&rig).published, 2 * GRAIN + 36);
        rig_close(&rig);
}

static void test_capacity(void) {
        const struct pcm_format big = { 384000, 32, 8, 0xFF }, odd = { 44100, 24, 5, 0 };
        struct rig rig;

        rig_open(&rig);
        queue_begin(&rig.queue, &big);
        CHECK_EQ(view(&rig).capacity, QUEUE_SIZE / 32);
        queue_begin(&rig.queue, &odd);
        CHECK_EQ(view(&rig).capacity, 88200);
        rig_close(&rig);
}

/* Nobody pulls for longer than it holds: the newest are lost, and then what was before them. */
static void test_overflow(void) {
        unsigned held = 0, lost;
        struct feed_view seen;
        struct rig rig;

        rig_open(&rig);
        CHECK(put(&rig, GRAIN));
        CHECK_EQ(hear(&rig, GRAIN, GRAIN), 0);
        while (put(&rig, GRAIN))
                held++;
        CHECK_EQ(held, 96000 / GRAIN);
        for (lost = 1; lost < 10; lost++)
                CHECK(!put(&rig, GRAIN));
        seen = view(&rig);
        CHECK_EQ(seen.unread, 0);
        CHECK_EQ(seen.published, (held + 1) * GRAIN);
        CHECK(!seen.jumped); /* for there is nothing that could follow or not */
        CHECK(put(&rig, GRAIN));
        seen = view(&rig);
        CHECK_EQ(seen.unread, GRAIN);
        CHECK(seen.jumped);
        CHECK(!view(&rig).jumped); /* once */
        CHECK_EQ(hear(&rig, GRAIN, GRAIN), (held + 1 + lost) * GRAIN);
        CHECK(put(&rig, GRAIN));
        CHECK(!view(&rig).jumped);
        rig_close(&rig);
}

/* Read in part before the loss was seen: what is left before the gap goes, what is behind it stays. */
static void test_overflow_amid(void) {
        struct feed_view seen;
        struct rig rig;
        uint32_t gap;

        rig_open(&rig);
        while (put(&rig, GRAIN))
                ;
        gap = rig.number;
        CHECK_EQ(hear(&rig, 1000, 1000), 0);
        CHECK(put(&rig, GRAIN));
        seen = view(&rig);
        CHECK(seen.jumped);
        CHECK_EQ(seen.unread, GRAIN);
        CHECK_EQ(hear(&rig, GRAIN, GRAIN), gap);
        rig_close(&rig);
}

static void test_end(void) {
        struct rig rig;

        rig_open(&rig);
        CHECK(put(&rig, GRAIN));
        CHECK(!view(&rig).ended);
        queue_end(&rig.queue);
        CHECK(view(&rig).ended);
        CHECK_EQ(hear(&rig, 200, 200), 0);
        CHECK(view(&rig).ended);
        CHECK_EQ(hear(&rig, 200, GRAIN - 200), 200);
        CHECK(!woken(&rig) && !queue_finished(&rig.queue)); /* the last sample is still on its way */
        CHECK(over(&rig));
        CHECK(woken(&rig) && queue_finished(&rig.queue));
        CHECK(over(&rig));
        CHECK(!woken(&rig));

        queue_begin(&rig.queue, &stereo);
        CHECK(!queue_finished(&rig.queue));
        CHECK_EQ(view(&rig).published, 0);
        CHECK(put(&rig, GRAIN));
        CHECK(!view(&rig).ended);
        rig_close(&rig);
}

static void test_end_without_sound(void) {
        struct rig rig;

        rig_open(&rig);
        CHECK_EQ(view(&rig).unread, 0); /* not over for being empty */
        queue_end(&rig.queue);
        CHECK(over(&rig));
        CHECK(woken(&rig));
        rig_close(&rig);
}

int main(void) {
        test_view();
        test_capacity();
        test_overflow();
        test_overflow_amid();
        test_end();
        test_end_without_sound();
        return 0;
}
