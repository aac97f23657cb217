/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader over a file that a hostile second thread rewrites, cuts off and lets grow while we read: what a
 * guest can do at any moment. The input is four bytes, which say what the stream is like when it begins, and
 * then records of four: those with an odd first byte are for the hostile thread, which does them over and
 * over, the others say how the reader is pulled. Both hurry, so no two runs need be alike; what is promised
 * is promised in all of them.
 */
#include "ivshmem/reader.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "tests/fuzz.h"
#include "tests/ring.h"
#include "tests/wire.h"

#define RECORD     4u
#define FRAMES_MAX 8192u /* of a pull; PipeWire's largest quantum */
#define GUARD      64u   /* bytes after what may be written to */

/* The last one's ring of 16-bit stereo sticks out of the file by a header, as the driver makes it. */
static const uint32_t rates[] = { 44100, 48000, 96000, 192000, 51200 };

/* What there is once for all inputs. */
static struct {
        struct region *region;
        int fd, wake_fd;
        uint8_t *map;
} world;

struct input {
        const uint8_t *records;
        size_t n;
        struct wire wire; /* the header that the stream began with */
        atomic_bool hostile, done;
};

static void nothing(void *userdata) {
}

/* The file is open and has no name any more: nothing is left behind, however this ends. */
static void make_world(void) {
        const struct region_callbacks callbacks = { nothing, nothing, nothing, NULL };
        sd_event *loop = NULL;

        make_directory();
        make_file(in_directory("reader"), SIZE);
        MUST(sd_event_new(&loop) >= 0);
        MUST(region_new(&world.region, loop, in_directory("reader"), SIZE, &callbacks) == 0);
        world.fd = open(in_directory("reader"), O_RDWR | O_CLOEXEC);
        world.map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, world.fd, 0);
        world.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        MUST(world.fd >= 0 && world.wake_fd >= 0 && world.map != MAP_FAILED);
        unlink(in_directory("reader"));
        rmdir(directory);
        sd_event_unref(loop); /* the region has its own reference, and no event of it is ever dispatched */
}

static struct wire make_wire(uint8_t rate, uint8_t shape) {
        return driver(rates[rate % 5], (uint8_t)(8 + (shape & 24)), (uint8_t)(1 + (shape & 7)), SIZE);
}

/* As the guest writes, byte by byte through its mapping; beyond the end of the file it cannot. */
static void put_bytes(const uint8_t *bytes, size_t first, size_t n, off_t size) {
        for (size_t i = first; i < first + n && i < (size_t)size; i++)
                __atomic_store_n(&world.map[i], bytes[i], __ATOMIC_RELAXED);
}

/* One deed of the hostile thread; SIZE is the file's, which nobody else changes. */
static void harm(const struct input *input, const uint8_t *p, off_t *size) {
        struct wire wire = input->wire;
        uint8_t bytes[SCREAM_HEADER_SIZE];
        uint32_t number = p[1] | (uint32_t)p[2] << 8;

        switch (p[0] >> 1 & 7) {
        case 0: /* the index wherever it likes */
        case 1:
                wire.write_index = (uint16_t)number;
                put(bytes, &wire);
                put_bytes(bytes, 4, 2, *size);
                break;
        case 2: /* any byte */
                memset(bytes, p[2], sizeof(bytes));
                put_bytes(bytes, p[1] % SCREAM_HEADER_SIZE, 1, *size);
                break;
        case 3: /* the pin is closed */
                memset(bytes, 0, sizeof(bytes));
                put_bytes(bytes, 0, sizeof(bytes), *size);
                break;
        case 4: /* and opened with another format */
                wire = make_wire(p[1], p[2]);
                wire.write_index = p[3];
                put(bytes, &wire);
                put_bytes(bytes, 0, sizeof(bytes), *size);
                break;
        case 5: /* or as it was */
                wire.write_index = (uint16_t)(number % wire.max_chunks);
                put(bytes, &wire);
                put_bytes(bytes, 0, sizeof(bytes), *size);
                break;
        case 6: /* cut off */
                *size = (off_t)(number * (p[3] & 15) % SIZE);
                MUST(ftruncate(world.fd, *size) == 0);
                break;
        case 7: /* made longer than it ever was */
                *size = SIZE + (off_t)number;
                MUST(ftruncate(world.fd, *size) == 0);
        }
}

static void *be_hostile(void *userdata) {
        struct input *input = userdata;
        off_t size = SIZE;

        do {
                for (size_t i = 0; i < input->n; i++) {
                        const uint8_t *p = input->records + i * RECORD;

                        if (!(p[0] & 1))
                                continue;
                        harm(input, p, &size);
                        for (unsigned yields = p[0] >> 4; yields > 0; yields--)
                                sched_yield();
                }
                input->hostile = true;
        } while (!input->done);
        return NULL;
}

/* All that is known of the reader's interface. */
static void begin(struct reader *reader, const struct scream_cursor *cursor) {
        reader_init(reader, world.wake_fd);
        reader_start(reader, world.region, cursor, 4 * FRAMES_MAX);
}

static size_t pull(struct reader *reader, void *dst, size_t frames, uint64_t now) {
        struct feed_view view;

        if (!reader_look(reader, now, &view))
                return 0;
        MUST(view.unread <= view.capacity && view.unread <= view.published && view.grain > 0);
        /* As a player does: some are dropped, and nothing is read that was not announced. */
        if (frames % 3 == 0)
                reader_skip(reader, frames / 3);
        return reader_read(reader, dst, frames);
}

/* Returns the number of frames read, having checked that no byte beyond them was touched. */
static size_t pull_checked(struct reader *reader, size_t frames, size_t frame_size, uint64_t now) {
        static uint8_t buffer[FRAMES_MAX * 32 + GUARD];
        uint8_t *end = buffer + frames * frame_size;
        size_t n;

        memset(end, 0xA5, GUARD);
        n = pull(reader, buffer, frames, now);
        MUST(n <= frames);
        for (size_t i = 0; i < GUARD; i++)
                MUST(end[i] == 0xA5);
        return n;
}

static void pull_all(struct reader *reader, const struct input *input, size_t frame_size) {
        uint64_t now = SEC, woken;

        for (size_t i = 0; i < input->n; i++) {
                const uint8_t *p = input->records + i * RECORD;

                if (p[0] & 1)
                        continue;
                now += p[3] * 1000u;
                (void)pull_checked(reader, (p[1] | (size_t)p[2] << 8) % (FRAMES_MAX + 1), frame_size, now);
        }
        /* What is over stays over, and has been told once. */
        if (read(world.wake_fd, &woken, sizeof(woken)) == sizeof(woken)) {
                MUST(woken == 1);
                MUST(pull_checked(reader, FRAMES_MAX, frame_size, now) == 0);
                MUST(read(world.wake_fd, &woken, sizeof(woken)) < 0);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct scream_cursor cursor = { 0 };
        uint8_t bytes[SCREAM_HEADER_SIZE] = { 0 };
        struct reader reader;
        struct input input;
        pthread_t thread;

        if (size < RECORD)
                return 0;
        if (!world.region)
                make_world();
        input = (struct input){ .records = data + RECORD, .n = size / RECORD - 1 };
        input.wire = make_wire(data[0], data[1]);
        MUST(ftruncate(world.fd, SIZE) == 0);
        (void)scream_cursor_update(&cursor, bytes, SIZE, SEC);
        input.wire.write_index = (uint16_t)((data[2] | data[3] << 8) % input.wire.max_chunks);
        put(bytes, &input.wire);
        put_bytes(bytes, 0, sizeof(bytes), SIZE);
        (void)scream_cursor_update(&cursor, bytes, SIZE, SEC);
        if (cursor.state != SCREAM_OPEN)
                return 0;
        begin(&reader, &cursor);
        MUST(pthread_create(&thread, NULL, be_hostile, &input) == 0);
        while (!input.hostile)
                sched_yield();
        pull_all(&reader, &input, pcm_frame_size(&cursor.header.format));
        input.done = true;
        pthread_join(thread, NULL);
        return 0;
}
