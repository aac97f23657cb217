/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scream's cursor, behind a driver that behaves, stalls, restarts, laps it, and one that acts by chance. */
#include "ivshmem/scream.h"

#include "tests/test.h"
#include "tests/wire.h"

/* A cursor, the header it is shown, and the time. */
struct rig {
        struct scream_cursor cursor;
        struct wire w;
        uint64_t size, now;
};

static struct rig rig_new(uint32_t rate, uint8_t bits, uint8_t channels) {
        return (struct rig){ .w = driver(rate, bits, channels, 2 * MIB), .size = 2 * MIB, .now = 7 * SEC };
}

static enum scream_event show(struct rig *rig) {
        uint8_t bytes[SCREAM_HEADER_SIZE];

        put(bytes, &rig->w);
        return scream_cursor_update(&rig->cursor, bytes, rig->size, rig->now);
}

/* The guest publishes CHUNKS in the time they take. */
static enum scream_event publish(struct rig *rig, uint32_t chunks) {
        rig->w.write_index = (uint16_t)((rig->w.write_index + chunks) % rig->w.max_chunks);
        rig->now += (uint64_t)chunks * SCREAM_CHUNK_USEC;
        return show(rig);
}

static enum scream_event close_pin(struct rig *rig) {
        struct wire w = rig->w;
        enum scream_event event;

        rig->w = (struct wire){ 0 };
        event = show(rig);
        rig->w = w;
        rig->w.write_index = 0;
        return event;
}

static void test_stale_is_not_alive(void) {
        struct rig rig = rig_new(48000, 16, 2);

        rig.w.write_index = 300;
        CHECK_EQ(show(&rig), SCREAM_NOTHING);
        rig.now += 3600ull * SEC;
        CHECK_EQ(show(&rig), SCREAM_NOTHING);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 0);
        CHECK_EQ(publish(&rig, 2), SCREAM_MORE);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 2 * 960);
}

static void test_new_header_is_alive_from_slot_1(void) {
        struct rig rig = rig_new(48000, 16, 2);
        struct scream_range range;

        CHECK_EQ(close_pin(&rig), SCREAM_NOTHING);
        CHECK_EQ(show(&rig), SCREAM_NOTHING); /* opened: index 0, nothing written */
        CHECK(!scream_cursor_next(&rig.cursor, 1, &range));
        CHECK_EQ(publish(&rig, 3), SCREAM_MORE);
        CHECK(scream_cursor_next(&rig.cursor, 100000, &range));
        CHECK_EQ(range.offset, 24 + 3840);
        CHECK_EQ(range.frames, 3 * 960);
        CHECK_EQ(range.size, 3 * 3840);

        rig.cursor = (struct scream_cursor){ 0 };
        CHECK_EQ(close_pin(&rig), SCREAM_NOTHING);
        rig.w.write_index = 4; /* not seen before it had begun to play */
        CHECK_EQ(show(&rig), SCREAM_MORE);
        CHECK(scream_cursor_next(&rig.cursor, 1, &range));
        CHECK_EQ(range.offset, 24 + 3840);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 4 * 960);
}

static void test_partial_reads_and_wrap(void) {
        struct rig rig = rig_new(48000, 24, 6);
        uint32_t max = rig.w.max_chunks, frame_size = 18;
        struct scream_range range;

        rig.w.write_index = (uint16_t)(max - 2);
        show(&rig);
        publish(&rig, 3); /* slots max-1, 0, 1 */
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 3 * 960);
        CHECK(scream_cursor_next(&rig.cursor, 500, &range));
        CHECK_EQ(range.offset, 24 + (uint64_t)(max - 1) * 17280);
        scream_cursor_take(&rig.cursor, 500);
        CHECK(scream_cursor_next(&rig.cursor, 100000, &range));
        CHECK_EQ(range.frames, 460); /* not across the wrap */
        CHECK_EQ(range.offset, 24 + (uint64_t)(max - 1) * 17280 + 500 * frame_size);
        scream_cursor_take(&rig.cursor, 460);
        CHECK(scream_cursor_next(&rig.cursor, 100000, &range));
        CHECK_EQ(range.offset, 24);
        CHECK_EQ(range.frames, 2 * 960);
        scream_cursor_take(&rig.cursor, 2 * 960 - 1);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 1);
        scream_cursor_take(&rig.cursor, 1);
        CHECK(!scream_cursor_next(&rig.cursor, 1, &range));
}

static void test_skipping(void) {
        struct rig rig = rig_new(44100, 16, 2);
        struct scream_range range;

        show(&rig);
        publish(&rig, 10);
        scream_cursor_take(&rig.cursor, 100);
        CHECK_EQ(scream_cursor_skip(&rig.cursor, 100000), 0);
        CHECK_EQ(scream_cursor_skip(&rig.cursor, 1000), 10 * 882 - 100 - 1000);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 1000);
        CHECK(scream_cursor_next(&rig.cursor, 1, &range));
        CHECK_EQ(range.offset, 24 + 9 * 3528 + (882 - 118) * 4);
        CHECK_EQ(scream_cursor_skip(&rig.cursor, 0), 1000);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 0);
}

static void test_lap(void) {
        struct rig rig = rig_new(192000, 32, 8);
        struct scream_range range;
        uint32_t max = rig.w.max_chunks;

        CHECK_EQ(max, 17);
        show(&rig);
        CHECK_EQ(publish(&rig, 15), SCREAM_MORE);
        CHECK_EQ(publish(&rig, 1), SCREAM_LAPPED);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), scream_cursor_capacity(&rig.cursor));
        CHECK_EQ(scream_cursor_capacity(&rig.cursor), 15 * 3840);
        CHECK(scream_cursor_next(&rig.cursor, 1, &range));
        CHECK_EQ(range.offset, 24 + 2 * 122880); /* 16 written; 0 is next, 1 is left alone */

        /* More than a lap in two steps: the index alone would say that little is unread. */
        scream_cursor_skip(&rig.cursor, 0);
        CHECK_EQ(publish(&rig, 12), SCREAM_MORE);
        CHECK_EQ(publish(&rig, 12), SCREAM_LAPPED);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), scream_cursor_capacity(&rig.cursor));
}

static void test_rings_of_two_and_three(void) {
        for (uint16_t max = 2; max <= 3; max++) {
                struct rig rig = rig_new(48000, 16, 2);

                rig.w.max_chunks = max;
                show(&rig);
                for (int i = 0; i < 10; i++) {
                        struct scream_range range;

                        CHECK_EQ(publish(&rig, 1), SCREAM_MORE);
                        CHECK(scream_cursor_next(&rig.cursor, 960, &range));
                        CHECK_EQ(range.offset, 24 + (uint64_t)rig.w.write_index * 3840);
                        scream_cursor_take(&rig.cursor, 960);
                }
        }
}

static void test_end_leaves_the_rest(void) {
        struct rig rig = rig_new(48000, 16, 2);
        struct scream_range range;

        show(&rig);
        publish(&rig, 2);
        CHECK_EQ(close_pin(&rig), SCREAM_ENDED);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 2 * 960);
        CHECK(scream_cursor_next(&rig.cursor, 960, &range));
        CHECK_EQ(range.offset, 24 + 3840);
        CHECK_EQ(close_pin(&rig), SCREAM_NOTHING);
}

static void test_reopened_unseen(void) {
        struct rig rig = rig_new(48000, 16, 2);
        struct scream_range range;

        rig.w.write_index = 300;
        show(&rig);
        publish(&rig, 1);
        rig.w.write_index = 2; /* closed, opened, two chunks on, all between two looks */
        rig.now += 3 * SCREAM_CHUNK_USEC;
        CHECK_EQ(show(&rig), SCREAM_CHANGED);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 960); /* the old one's rest is there to be played */
        CHECK(scream_cursor_next(&rig.cursor, 1, &range));
        CHECK_EQ(range.offset, 24 + 301 * 3840);
        scream_cursor_close(&rig.cursor);
        CHECK_EQ(show(&rig), SCREAM_MORE);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 2 * 960);
        CHECK(scream_cursor_next(&rig.cursor, 1, &range));
        CHECK_EQ(range.offset, 24 + 3840);

        rig.w.write_index = 0;
        rig.now += SCREAM_CHUNK_USEC;
        CHECK_EQ(show(&rig), SCREAM_CHANGED);
}

/* What is left of a stream lasts until the next one has written over it. */
static void test_rest_survives(void) {
        struct rig rig = rig_new(48000, 16, 2);
        uint8_t bytes[SCREAM_HEADER_SIZE];

        rig.w.write_index = 4;
        show(&rig);
        publish(&rig, 2); /* in slots 5 and 6 */
        put(bytes, &(struct wire){ 0 });
        CHECK(scream_cursor_survives(&rig.cursor, bytes, 2 * MIB));
        rig.w.write_index = 3; /* slot 4 may be being written */
        put(bytes, &rig.w);
        CHECK(scream_cursor_survives(&rig.cursor, bytes, 2 * MIB));
        rig.w.write_index = 4;
        put(bytes, &rig.w);
        CHECK(!scream_cursor_survives(&rig.cursor, bytes, 2 * MIB));
        rig.w = driver(192000, 32, 8, 2 * MIB); /* slot 1 alone reaches beyond that of 5 */
        put(bytes, &rig.w);
        CHECK(!scream_cursor_survives(&rig.cursor, bytes, 2 * MIB));
        scream_cursor_skip(&rig.cursor, 0);
        put(bytes, &(struct wire){ 0 });
        CHECK(!scream_cursor_survives(&rig.cursor, bytes, 2 * MIB));
}

static void test_burst_after_stall(void) {
        struct rig rig = rig_new(48000, 16, 2);

        show(&rig);
        publish(&rig, 1);
        rig.now += 2 * SEC; /* the guest was stopped */
        rig.w.write_index = (uint16_t)(rig.w.write_index + 100);
        CHECK_EQ(show(&rig), SCREAM_MORE);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 101 * 960);
}

static void test_format_change(void) {
        struct rig rig = rig_new(48000, 16, 2);
        struct scream_header before;

        show(&rig);
        publish(&rig, 3);
        before = rig.cursor.header;
        rig.w = driver(48000, 32, 2, 2 * MIB);
        rig.w.write_index = 1;
        CHECK_EQ(show(&rig), SCREAM_CHANGED);
        CHECK(pcm_equal(&before.format, &rig.cursor.header.format));
        CHECK_EQ(before.write_index, rig.cursor.header.write_index);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 3 * 960);
        CHECK_EQ(show(&rig), SCREAM_CHANGED);
        scream_cursor_close(&rig.cursor);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 0);
        CHECK_EQ(show(&rig), SCREAM_MORE);
        CHECK_EQ(rig.cursor.header.format.bits, 32);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 960);

        rig.w.map = 0x60; /* the mask alone, the ring alone */
        CHECK_EQ(show(&rig), SCREAM_CHANGED);
        rig.w.map = 3;
        CHECK_EQ(show(&rig), SCREAM_NOTHING);
        rig.w.max_chunks--;
        CHECK_EQ(show(&rig), SCREAM_CHANGED);
}

static void test_broken_is_ignored(void) {
        struct rig rig = rig_new(48000, 16, 2);

        show(&rig);
        publish(&rig, 3);
        rig.w.write_index = 9999;
        CHECK_EQ(show(&rig), SCREAM_BROKEN);
        CHECK_EQ(rig.cursor.verdict, SCREAM_BAD_INDEX);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 3 * 960);
        rig.w.write_index = 4;
        CHECK_EQ(show(&rig), SCREAM_MORE);
        CHECK_EQ(scream_cursor_fill(&rig.cursor), 4 * 960);
}

static uint64_t random_state = 88172645463325252ull;

static uint32_t random_below(uint32_t limit) {
        random_state ^= random_state << 13;
        random_state ^= random_state >> 7;
        random_state ^= random_state << 17;
        return (uint32_t)(random_state >> 11) % limit;
}

/*
 * A driver that numbers its frames, and a reader that pulls at random: what is read is in order, nothing
 * twice, and nothing is left out but by a skip or a lap, which say so.
 */
static void run_property(uint32_t rate, uint8_t bits, uint8_t channels) {
        struct rig rig = rig_new(rate, bits, channels);
        uint32_t max = rig.w.max_chunks, chunk = rate / 50, frame = bits / 8u * channels;
        uint64_t published = 0, read = chunk; /* frame numbers; the first chunk is number 1 in slot 1 */
        bool may_jump = false;

        show(&rig);
        for (int i = 0; i < 20000; i++) {
                uint32_t n = random_below(random_below(50) == 0 ? max : 3),
                         want = random_below(2 * chunk) + 1;
                struct scream_range range;

                published += n;
                may_jump |= publish(&rig, n) == SCREAM_LAPPED;
                if (random_below(100) == 0)
                        may_jump |= scream_cursor_skip(&rig.cursor, random_below(4 * chunk)) > 0;
                while (want > 0 && scream_cursor_next(&rig.cursor, want, &range)) {
                        uint64_t slot = (range.offset - 24) / ((uint64_t)chunk * frame);
                        uint64_t in_chunk = (range.offset - 24) % ((uint64_t)chunk * frame) / frame;
                        uint64_t number =
                                published - (published - slot) % max; /* newest chunk in that slot */

                        CHECK(range.offset + range.size <= 24 + (uint64_t)max * chunk * frame);
                        CHECK_EQ(range.size, range.frames * frame);
                        if (may_jump)
                                CHECK(number * chunk + in_chunk >= read);
                        else
                                CHECK_EQ(number * chunk + in_chunk, read);
                        read = number * chunk + in_chunk + range.frames;
                        CHECK(read <= (published + 1) * chunk);
                        scream_cursor_take(&rig.cursor, range.frames);
                        want -= range.frames;
                        may_jump = false;
                }
                CHECK(scream_cursor_fill(&rig.cursor) <= scream_cursor_capacity(&rig.cursor));
        }
        CHECK(published > max);
}

static void test_property(void) {
        run_property(48000, 16, 2);
        run_property(44100, 24, 1);
        run_property(192000, 32, 8);
        run_property(96000, 24, 6);
}

int main(void) {
        test_stale_is_not_alive();
        test_new_header_is_alive_from_slot_1();
        test_partial_reads_and_wrap();
        test_skipping();
        test_lap();
        test_rings_of_two_and_three();
        test_end_leaves_the_rest();
        test_reopened_unseen();
        test_rest_survives();
        test_burst_after_stall();
        test_format_change();
        test_broken_is_ignored();
        test_property();
        return 0;
}
