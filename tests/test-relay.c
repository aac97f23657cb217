/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Streams made of datagrams, pulled by a thread: how they begin and end, and that nothing is cut off or heard
 * twice. Time is real, so nothing here depends on it but deadlines far beyond what any machine needs, and
 * what must not happen sooner.
 */
#include "ivshmem/relay.h"

#include "tests/puller.h"

struct rig {
        sd_event *loop;
        struct relay *relay;
        struct listener listener;
        struct guest guest;
};

static void rig_open(struct rig *rig) {
        const struct feed_callbacks callbacks = LISTENER_CALLBACKS(&rig->listener);

        *rig = (struct rig){ .guest = { 1, 2, 0 } };
        CHECK(sd_event_new(&rig->loop) >= 0);
        CHECK_EQ(relay_new(&rig->relay, rig->loop, &callbacks), 0);
}

static void rig_close(struct rig *rig) {
        relay_free(rig->relay);
        CHECK_EQ(rig->listener.stopped, rig->listener.started);
        sd_event_unref(rig->loop);
}

static void put(struct rig *rig, struct guest *guest, bool silent, unsigned datagrams) {
        for (; datagrams > 0; datagrams--) {
                uint8_t bytes[5 + PAYLOAD];
                struct datagram datagram;
                uint64_t now;

                CHECK_EQ(datagram_decode(&datagram, bytes, guest_datagram(guest, silent, bytes)),
                         DATAGRAM_VALID);
                CHECK(sd_event_now(rig->loop, CLOCK_MONOTONIC, &now) >= 0);
                relay_put(rig->relay, &datagram, bytes + datagram.offset, now);
        }
}

/* Datagrams go on, a few at a time, until the expression holds. */
#define PUT_UNTIL(rig, guest, silent, expr)                                                                  \
        do {                                                                                                 \
                uint64_t deadline_ = now_usec() + DEADLINE_USEC;                                             \
                while (!(expr)) {                                                                            \
                        if (now_usec() > deadline_)                                                          \
                                test_fail("played in vain for %s", #expr);                                   \
                        put(rig, guest, silent, 2);                                                          \
                        CHECK(sd_event_run((rig)->loop, 5000) >= 0);                                         \
                }                                                                                            \
        } while (0)

/* All of the frames from FIRST to LAST, each once. */
static void check_heard(const struct heard *heard, uint32_t first, uint32_t last) {
        CHECK_EQ(heard->first, first);
        CHECK_EQ(heard->last, last);
        CHECK_EQ(heard->jumps, 0);
        CHECK_EQ(heard->frames, last - first + 1);
        CHECK(heard->over);
}

/* How often the loop had something to do until COUNTER was COUNT. */
static unsigned wakeups_until(struct rig *rig, const unsigned *counter, unsigned count) {
        uint64_t end = now_usec() + DEADLINE_USEC;
        unsigned wakeups = 0;

        for (int r; *counter != count; wakeups += r > 0) {
                CHECK(now_usec() < end);
                r = sd_event_run(rig->loop, 20000);
                CHECK(r >= 0);
        }
        return wakeups;
}

static void test_begins_with_sound(void) {
        struct rig rig;
        uint64_t last;

        rig_open(&rig);
        put(&rig, &rig.guest, true, 10);
        run_for(rig.loop, 100000);
        CHECK_EQ(rig.listener.started, 0);
        CHECK(!relay_format(rig.relay));
        put(&rig, &rig.guest, false, 10);
        CHECK_EQ(rig.listener.started, 1); /* at once */
        CHECK_EQ(rig.listener.changed, 1);
        CHECK_EQ(relay_format(rig.relay)->rate, 48000);
        run_for(rig.loop, 200000);
        put(&rig, &rig.guest, false, 10);
        CHECK(sd_event_now(rig.loop, CLOCK_MONOTONIC, &last) >= 0);
        CHECK(wakeups_until(&rig, &rig.listener.stopped, 1) <= 3); /* twice the timer, and the feed's end */
        CHECK(now_usec() - last >= 500000);
        CHECK_EQ(rig.listener.changed, 2);
        CHECK(!relay_format(rig.relay));
        check_heard(&rig.listener.heard[0], 10 * 144, 30 * 144 - 1);
        put(&rig, &rig.guest, false, 2);
        RUN_UNTIL(rig.loop, rig.listener.stopped == 2);
        check_heard(&rig.listener.heard[1], 30 * 144, 32 * 144 - 1);
        CHECK_EQ(relay_dropped(rig.relay), 0);
        CHECK_EQ(sd_event_run(rig.loop, 700000), 0); /* nobody wakes us now */
        rig_close(&rig);
}

/* A sound goes on for as long as datagrams come, whatever the timer, which they do not move, may say. */
static void test_goes_on(void) {
        uint64_t end = now_usec() + 1700000, last = now_usec(), longest = 0;
        struct rig rig;

        rig_open(&rig);
        for (; last < end; run_for(rig.loop, 20000)) {
                uint64_t now = now_usec();

                put(&rig, &rig.guest, rig.guest.number > 0, 1);
                longest = now - last > longest ? now - last : longest;
                last = now;
        }
        CHECK(rig.listener.started >= 1);
        /* Unless this machine made a pause of half a second: and silence does not end it unless told so. */
        CHECK(rig.listener.stopped == 0 || longest > 400000);
        rig_close(&rig);
}

static void test_idle(void) {
        struct rig rig;
        uint64_t loud;
        unsigned before;

        rig_open(&rig);
        relay_set_idle(rig.relay, 300000);
        PUT_UNTIL(&rig, &rig.guest, false, rig.listener.heard[0].frames > 20000); /* for longer */
        CHECK_EQ(rig.listener.stopped, 0);
        CHECK(sd_event_now(rig.loop, CLOCK_MONOTONIC, &loud) >= 0);
        before = rig.guest.number;
        PUT_UNTIL(&rig, &rig.guest, true, rig.listener.stopped == 1);
        CHECK(now_usec() - loud >= 300000);
        CHECK_EQ(rig.listener.heard[0].last, before - 1);
        CHECK(rig.listener.heard[0].over); /* the silence has been played out, too */
        run_for(rig.loop, 100000);
        PUT_UNTIL(&rig, &rig.guest, true, rig.guest.number > before + 20000);
        CHECK_EQ(rig.listener.started, 1);
        before = rig.guest.number;
        put(&rig, &rig.guest, false, 1);
        RUN_UNTIL(rig.loop, rig.listener.started == 2);
        RUN_UNTIL(rig.loop, rig.listener.stopped == 2);
        check_heard(&rig.listener.heard[1], before, before + 143);
        rig_close(&rig);
}

/* The old sound is played to its end and the new one from its beginning. */
static void test_format_change(void) {
        struct guest other = { 0x81, 6, 0 }, third = { 2, 1, 0 };
        struct rig rig;

        rig_open(&rig);
        put(&rig, &rig.guest, false, 100); /* 300 ms */
        put(&rig, &other, true, 1);
        put(&rig, &other, false, 3);
        put(&rig, &other, true, 1);
        put(&rig, &other, false, 1);
        put(&rig, &third, true, 5); /* silence in yet another format does not replace what waits */
        CHECK_EQ(rig.listener.started, 1);
        CHECK_EQ(rig.listener.stopped, 0);
        RUN_UNTIL(rig.loop, rig.listener.stopped == 2);
        check_heard(&rig.listener.heard[0], 0, 100 * 144 - 1);
        CHECK(rig.listener.heard[0].ended);
        CHECK_EQ(rig.listener.heard[1].format.rate, 44100);
        CHECK_EQ(rig.listener.heard[1].format.channels, 6);
        CHECK_EQ(rig.listener.heard[1].first, 48); /* its first datagram was silent */
        CHECK_EQ(rig.listener.heard[1].last, 6 * 48 - 1);
        CHECK_EQ(rig.listener.heard[1].frames, 5 * 48);
        CHECK_EQ(rig.listener.started, 2);
        rig_close(&rig);
}

/* A guest that flips formats all day: streams come ever more slowly, and then one plays as if nothing was. */
static void test_format_flapping(void) {
        struct guest flip[2] = { { 1, 2, 0 }, { 2, 2, 0 } };
        struct rig rig;
        unsigned before;

        rig_open(&rig);
        for (uint64_t end = now_usec() + 3000000; now_usec() < end;) {
                put(&rig, &flip[0], false, 1);
                put(&rig, &flip[1], false, 1);
                CHECK(sd_event_run(rig.loop, 1000) >= 0);
        }
        printf("flapping: %u streams in 3 s\n", rig.listener.started);
        CHECK(rig.listener.started < 30);
        before = rig.listener.started;
        PUT_UNTIL(&rig, &rig.guest, false,
                  rig.listener.started > before && rig.listener.feed &&
                          listener_heard(&rig.listener)->frames > 20000);
        CHECK_EQ(listener_heard(&rig.listener)->jumps, 0);
        RUN_UNTIL(rig.loop, !rig.listener.feed);
        before = rig.listener.started;
        put(&rig, &rig.guest, false, 1);
        CHECK_EQ(rig.listener.started, before + 1); /* all is forgiven */
        rig_close(&rig);
}

/* A feed that has been told its end is given no more, and when that has been read nobody waits any longer. */
static void test_end_of_feed(void) {
        struct guest other = { 2, 2, 0 };
        struct feed_view view;
        const struct feed *feed;
        struct rig rig;

        rig_open(&rig);
        rig.listener.deaf = true;
        put(&rig, &rig.guest, false, 600); /* 1.8 s */
        feed = rig.listener.feed;
        put(&rig, &other, true, 1);
        put(&rig, &rig.guest, false, 1);
        CHECK(feed->look(&view, feed->userdata));
        CHECK(view.ended);
        CHECK_EQ(view.published, 600 * 144);
        feed->skip(96000, feed->userdata);
        CHECK_EQ(rig.listener.stopped, 0);
        CHECK(!feed->look(&view, feed->userdata));
        CHECK_EQ(sd_event_run(rig.loop, 20000000), 1); /* the eventfd; the timer is far away */
        CHECK_EQ(rig.listener.stopped, 1);
        RUN_UNTIL(rig.loop, rig.listener.started == 2);
        rig_close(&rig);
}

static void test_nobody_pulls(void) {
        struct feed_view view;
        struct rig rig;

        rig_open(&rig);
        rig.listener.deaf = true;
        put(&rig, &rig.guest, false, 96000 / 144 + 10); /* two seconds, and ten more */
        CHECK_EQ(relay_dropped(rig.relay), 10);
        CHECK(rig.listener.feed->look(&view, rig.listener.feed->userdata));
        CHECK_EQ(view.capacity, 96000);
        RUN_UNTIL(rig.loop, rig.listener.stopped == 1);
        rig_close(&rig);
}

static void test_stop(void) {
        struct guest other = { 2, 2, 0 };
        struct rig rig;

        rig_open(&rig);
        relay_stop(rig.relay);
        CHECK_EQ(rig.listener.changed, 0);
        put(&rig, &rig.guest, false, 100);
        put(&rig, &other, false, 10);
        relay_stop(rig.relay);
        CHECK_EQ(rig.listener.stopped, 1); /* now, not when it has been played */
        CHECK_EQ(rig.listener.changed, 2);
        CHECK(!rig.listener.heard[0].over);
        run_for(rig.loop, 700000);
        CHECK_EQ(rig.listener.started, 1); /* what waited has been forgotten */
        PUT_UNTIL(&rig, &rig.guest, false, rig.listener.started == 2);
        rig_close(&rig); /* in full flight */
}

int main(void) {
        test_begins_with_sound();
        test_goes_on();
        test_idle();
        test_format_change();
        test_format_flapping();
        test_end_of_feed();
        test_nobody_pulls();
        test_stop();
        return 0;
}
