/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two streams take turns: one plays, or plays out, while the other gathers what comes next. A stream that
 * has been told its end is given nothing more, as its feed promises.
 *
 * The timer is not moved by datagrams. It fires half a second after the last one that was known when it was
 * set, looks how matters stand, and is set anew: two wakeups a second while there is sound. Silence is
 * counted when datagrams come, as they do then.
 */
#include "ivshmem/relay.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "core/loop.h"
#include "core/pcm.h"
#include "ivshmem/backoff.h"
#include "ivshmem/queue.h"

#define QUIET_USEC   500000u
#define PLAYOUT_USEC 400000u /* beyond the time that what is left takes: then nobody pulls */

struct stream {
        struct queue queue;
        uint64_t arrived; /* when its last datagram came */
        uint64_t loud;    /* when the last one that can be heard came */
};

struct relay {
        sd_event *loop;
        struct feed_callbacks callbacks;
        sd_event_source *timer;
        sd_event_source *wake;
        int wake_fd;
        uint64_t armed; /* when the timer will fire; 0: it will not */
        uint64_t idle_after;

        struct stream streams[2];
        struct stream *playing, *next; /* of the two; NULL: none */
        bool ended;                    /* the one that plays is only played out, */
        uint64_t give_up;              /* until then at the longest */
        struct backoff backoff;
        uint64_t dropped;
};

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata);

static uint64_t now_usec(const struct relay *relay) {
        uint64_t now = 0;

        (void)sd_event_now(relay->loop, CLOCK_MONOTONIC, &now);
        return now;
}

/* When there will be something to do though no datagram comes; 0: never. */
static uint64_t deadline(const struct relay *relay) {
        if (relay->playing)
                return relay->ended ? relay->give_up : relay->playing->arrived + QUIET_USEC;
        return relay->next ? relay->backoff.until : 0;
}

static void rearm(struct relay *relay, uint64_t now) {
        uint64_t at = deadline(relay), usec = at > now ? at - now : 0;

        if (at == relay->armed)
                return;
        relay->armed = at;
        if (at == 0) {
                timer_disarm(relay->timer);
                return;
        }
        if (timer_arm(relay->loop, &relay->timer, "ivshmem-relay", usec, on_timer, relay) >= 0)
                (void)sd_event_source_set_time_accuracy(relay->timer, usec / 5 + 1);
}

static void start(struct relay *relay, uint64_t now) {
        relay->playing = relay->next;
        relay->next = NULL;
        backoff_stream_began(&relay->backoff, now);
        relay->ended = false;
        relay->callbacks.on_start(&relay->playing->queue.format, &relay->playing->queue.feed,
                                  relay->callbacks.userdata);
}

static void stop(struct relay *relay, uint64_t now) {
        relay->callbacks.on_stop(relay->callbacks.userdata);
        relay->playing = NULL;
        backoff_stream_ended(&relay->backoff, now);
}

/* Nothing more for the stream that plays; it is stopped when its feed is read to the end. */
static void end(struct relay *relay, uint64_t now) {
        queue_end(&relay->playing->queue);
        relay->ended = true;
        relay->give_up = now + queue_unread_usec(&relay->playing->queue) + PLAYOUT_USEC;
}

/* Brings matters up to date: what is over ends, what can begin begins. */
static void settle(struct relay *relay, uint64_t now) {
        const struct stream *before = relay->playing;

        if (relay->playing && !relay->ended && now - relay->playing->arrived >= QUIET_USEC)
                end(relay, now);
        if (relay->playing && relay->ended &&
            (queue_finished(&relay->playing->queue) || now >= relay->give_up))
                stop(relay, now);
        if (!relay->playing && relay->next && backoff_is_over(&relay->backoff, now))
                start(relay, now);
        rearm(relay, now);
        if (relay->playing != before)
                relay->callbacks.on_change(relay->callbacks.userdata);
}

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata) {
        struct relay *relay = userdata;

        relay->armed = 0;
        settle(relay, now_usec(relay));
        return 0;
}

/* A feed has been read to its end. */
static int on_wake(sd_event_source *wake, int fd, uint32_t revents, void *userdata) {
        struct relay *relay = userdata;
        uint64_t n;

        if (read(fd, &n, sizeof(n)) == sizeof(n))
                settle(relay, now_usec(relay));
        return 0;
}

int relay_new(struct relay **ret, sd_event *loop, const struct feed_callbacks *callbacks) {
        _cleanup_(relay_freep) struct relay *relay = aligned_alloc(FIFO_LINE, sizeof(*relay));
        int r;

        if (!relay)
                return -ENOMEM;
        *relay = (struct relay){ .loop = sd_event_ref(loop), .callbacks = *callbacks };
        relay->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (relay->wake_fd < 0)
                return -errno;
        for (int i = 0; i < 2; i++) {
                r = queue_init(&relay->streams[i].queue, relay->wake_fd);
                if (r < 0)
                        return r;
        }
        r = sd_event_add_io(loop, &relay->wake, relay->wake_fd, EPOLLIN, on_wake, relay);
        if (r < 0)
                return r;
        source_declare(relay->wake, "ivshmem-feed", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        *ret = steal_ptr(relay);
        return 0;
}

struct relay *relay_free(struct relay *relay) {
        if (!relay)
                return NULL;
        if (relay->playing)
                stop(relay, now_usec(relay));
        relay->timer = sd_event_source_disable_unref(relay->timer);
        relay->wake = sd_event_source_disable_unref(relay->wake);
        relay->wake_fd = close_fd(relay->wake_fd);
        for (int i = 0; i < 2; i++)
                queue_done(&relay->streams[i].queue);
        sd_event_unref(relay->loop);
        free(relay);
        return NULL;
}

void relay_set_idle(struct relay *relay, uint64_t usec) {
        relay->idle_after = usec;
}

static void add(struct relay *relay, struct stream *stream, const struct datagram *datagram,
                const uint8_t *samples, uint64_t now) {
        if (!queue_put(&stream->queue, samples, datagram->frames))
                relay->dropped++;
        stream->arrived = now;
}

/* For the stream after the one that plays. Silence does not begin one, nor does it cut off one that waits. */
static void gather(struct relay *relay, const struct datagram *datagram, const uint8_t *samples, bool loud,
                   uint64_t now) {
        struct stream *next = relay->next;
        bool same = next && pcm_equal(&next->queue.format, &datagram->format);

        if (!same && !loud)
                return;
        if (!same) {
                next = relay->playing == &relay->streams[0] ? &relay->streams[1] : &relay->streams[0];
                queue_begin(&next->queue, &datagram->format);
                relay->next = next;
        }
        if (loud)
                next->loud = now;
        add(relay, next, datagram, samples, now);
}

void relay_put(struct relay *relay, const struct datagram *datagram, const uint8_t *samples, uint64_t now) {
        bool loud = !pcm_is_silent(samples, datagram->frames, &datagram->format);
        struct stream *playing = relay->ended ? NULL : relay->playing;

        if (playing && !pcm_equal(&playing->queue.format, &datagram->format)) {
                end(relay, now);
                playing = NULL;
        }
        if (!playing) {
                gather(relay, datagram, samples, loud, now);
                settle(relay, now);
                return;
        }
        add(relay, playing, datagram, samples, now);
        if (loud)
                playing->loud = now;
        if (relay->idle_after > 0 && now - playing->loud >= relay->idle_after) {
                end(relay, now);
                settle(relay, now);
        }
}

void relay_stop(struct relay *relay) {
        uint64_t now = now_usec(relay);

        relay->next = NULL;
        if (relay->playing) {
                stop(relay, now);
                relay->callbacks.on_change(relay->callbacks.userdata);
        }
        rearm(relay, now);
}

const struct pcm_format *relay_format(const struct relay *relay) {
        return relay->playing ? &relay->playing->queue.format : NULL;
}

uint64_t relay_dropped(const struct relay *relay) {
        return relay->dropped;
}
