/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both relays are fed by the same mouse: while the bare one has its turn, pilliond is on the host's side,
 * where it has the kernel report keys alone, and the bare one holds the grab.
 */
#include "tests/bench/turn.h"

#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/least.h"
#include "tests/bench/load.h"
#include "tests/bench/usage.h"
#include "tests/test.h"

#define SETTLE_USEC    300000 /* for what is under way to arrive, also on a machine that is emulated */
#define SWITCH_TRIES   40
#define MAX_TOGGLES    1024
#define WARM_UP_FRAMES 300

/* What was sent in one turn. */
struct stream {
        int64_t *sent;
        uint32_t size;
        _Atomic uint32_t n;
        int64_t toggled[MAX_TOGGLES];
        size_t n_toggles;
};

static void probe(const struct stand *stand) {
        struct input_event events[NUMBERED_WORDS];
        size_t size = numbered_probe(events) * sizeof(*events);

        CHECK_EQ(write(stand->mouse.fd, events, size), size);
        usleep(SETTLE_USEC);
}

/* Toggles until the mouse is heard on this side and only there. */
static void bring(struct stand *stand, bool to_guest) {
        for (unsigned i = 0; i < SWITCH_TRIES; i++) {
                bool host, guest;

                probe(stand);
                host = ear_probe(&stand->host);
                guest = ear_probe(&stand->guest);
                if (host != to_guest && guest == to_guest)
                        return;
                if (host == to_guest)
                        (void)made_toggle(&stand->keyboard);
                usleep(SETTLE_USEC);
        }
        test_fail("the mouse does not come to the %s", to_guest ? "guest" : "host");
}

void stand_open(struct stand *stand, pid_t pid, const char *guest) {
        char link[160];

        *stand = (struct stand){ .pid = pid, .source_drops = counts_source_drops(pid) };
        made_make(&stand->mouse, MADE_MOUSE);
        made_make(&stand->keyboard, MADE_KEYBOARD);
        ear_open(&stand->host, stand->mouse.node, false);
        snprintf(link, sizeof(link), "/dev/input/by-id/pillion-%s-mouse", guest);
        ear_open(&stand->guest, link, true);
        snprintf(link, sizeof(link), "/dev/input/by-id/pillion-%s-kbd", guest);
        ear_open(&stand->letters, link, true);
        bring(stand, true);
}

static void sleep_until(int64_t nsec) {
        struct timespec ts = { nsec / 1000000000, nsec % 1000000000 };

        (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

static void send_frame(const struct stand *stand, struct stream *stream, bool edges) {
        struct input_event events[NUMBERED_WORDS];
        size_t size = numbered_frame(events, stream->n, edges) * sizeof(*events);

        stream->sent[stream->n] = now_nsec();
        stream->n++; /* before it can be heard */
        CHECK_EQ(write(stand->mouse.fd, events, size), size);
}

/* A mouse that was late does not make up for it: the moments it has missed are gone. */
static void send_all(const struct stand *stand, const struct turn *turn, struct stream *stream) {
        int64_t period = 1000000000 / turn->rate, pause = turn->toggle_msec * 1000000ll;
        int64_t begin = now_nsec(), next = begin, toggle = begin + pause, now = begin;

        while (now < begin + (int64_t)(turn->seconds * 1e9) && stream->n < stream->size) {
                send_frame(stand, stream, turn->toggle_msec == 0);
                if (pause > 0 && now >= toggle && stream->n_toggles < MAX_TOGGLES) {
                        stream->toggled[stream->n_toggles++] = made_toggle(&stand->keyboard);
                        toggle += pause;
                }
                now = now_nsec();
                next += (1 + (now > next ? (now - next) / period : 0)) * period;
                sleep_until(next);
                now = now_nsec();
        }
}

/* From each switch to the first frame that the side it led to has heard since. */
static void time_switches(struct latencies *latencies, const struct stream *stream, size_t first,
                          const struct numbered *side) {
        size_t at = 0;

        for (size_t i = first; i < stream->n_toggles; i += 2) {
                int64_t toggled = stream->toggled[i];

                while (at < side->n && side->arrivals[at].stamp < toggled)
                        at++;
                if (at < side->n)
                        latencies_add(latencies, side->arrivals[at].stamp - toggled);
        }
}

/* Nothing that was typed may be down behind the relay. */
static void check_letters(struct stand *stand) {
        uint8_t held[KEY_CNT / 8] = { 0 };

        (void)ear_probe(&stand->letters);
        CHECK(ioctl(stand->letters.fd, EVIOCGKEY(sizeof(held)), held) >= 0);
        for (size_t i = 0; i < sizeof(held); i++)
                CHECK_EQ(held[i], 0);
}

static void count_source_drops(struct stand *stand, struct tally *tally) {
        uint64_t drops = counts_source_drops(stand->pid);

        tally->source_drops += drops - stand->source_drops;
        stand->source_drops = drops;
}

static void measure(struct stand *stand, const struct turn *turn, pid_t pid, struct stream *stream,
                    struct tally *tally) {
        struct usage before, after;
        uint64_t allocations = turn->allocations ? counts_allocations(turn->allocations) : 0;
        struct load load;
        int64_t begin;

        load_start(&load, turn->load, (unsigned)turn->seconds + 10);
        if (turn->counts && counts_start(pid) < 0)
                test_skip("the kernel cannot count system calls");
        before = usage_of_loop(pid);
        begin = now_nsec();
        send_all(stand, turn, stream);
        tally->seconds += (double)(now_nsec() - begin) * 1e-9;
        load_stop(&load);
        usleep(SETTLE_USEC);
        after = usage_of_loop(pid);
        if (turn->counts)
                CHECK_EQ(counts_stop(pid, turn->counts), 0);
        if (turn->counts && turn->allocations)
                turn->counts->allocations = counts_allocations(turn->allocations) - allocations;
        tally->cpu += after.cpu - before.cpu;
}

/* A processor, and more so an emulated one, is slow with code that it has not seen for a while. */
static void warm_up(const struct stand *stand) {
        struct input_event events[NUMBERED_WORDS];
        size_t size = numbered_probe(events) * sizeof(*events);

        for (unsigned i = 0; i < WARM_UP_FRAMES; i++) {
                CHECK_EQ(write(stand->mouse.fd, events, size), size);
                usleep(1000);
        }
        usleep(SETTLE_USEC);
}

static void listen_and_measure(struct stand *stand, const struct turn *turn, pid_t pid, struct ear *guest,
                               struct tally *tally) {
        struct stream *stream = calloc(1, sizeof(*stream));
        bool edges = turn->toggle_msec == 0;

        CHECK(stream);
        stream->size = (uint32_t)(turn->rate * turn->seconds) + 16;
        stream->sent = calloc(stream->size, sizeof(*stream->sent));
        CHECK(stream->sent);
        ear_start(guest, stream->size, edges, &stream->n);
        ear_start(&stand->host, stream->size, edges, &stream->n);
        warm_up(stand);
        measure(stand, turn, pid, stream, tally);
        ear_stop(guest);
        ear_stop(&stand->host);
        made_key(&stand->mouse, BTN_LEFT, 0); /* as the next turn expects it */
        tally_add(tally, stream->sent, stream->n, &guest->heard, &stand->host.heard);
        if (turn->relayer == RELAYER_OURS) {
                time_switches(&stand->to_guest, stream, 0, &guest->heard);
                time_switches(&stand->to_host, stream, 1, &stand->host.heard);
        }
        free(stream->sent);
        free(stream);
}

static void run_bare(struct stand *stand, const struct turn *turn, struct tally *tally) {
        struct least least;
        struct ear guest;

        bring(stand, false);
        least_start(&least, stand->mouse.node);
        ear_open(&guest, least_sink(&least), true);
        listen_and_measure(stand, turn, least.pid, &guest, tally);
        tally->source_drops += least_drops(&least);
        ear_close(&guest);
        least_stop(&least);
}

void turn_run(struct stand *stand, const struct turn *turn, struct tally *tally) {
        (void)prctl(PR_SET_TIMERSLACK, 1);
        if (turn->relayer == RELAYER_BARE) {
                run_bare(stand, turn, tally);
                return;
        }
        bring(stand, turn->toggle_msec == 0);
        listen_and_measure(stand, turn, stand->pid, &stand->guest, tally);
        if (tally_lost(tally) > 0)
                count_source_drops(stand, tally);
        bring(stand, false);
        check_letters(stand);
}
