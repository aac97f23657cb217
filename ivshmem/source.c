/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests leave valid headers behind when they are killed, and stop their streams without touching them: only
 * a write index that moves is a stream.
 *
 *         region READY, nothing moves   look every 100 ms (20 ms for 2 s after a stream: format changes)
 *         it moves                      on_start; the reader begins at the first unread chunk
 *         playing                       look every 250 ms
 *         closed by the guest           the reader plays the rest, then on_stop
 *         frozen, changed, file gone    on_stop
 *
 * Two cursors follow the index and never meet: the watch is the loop's, the reader's belongs to the thread
 * that pulls and starts as a copy of the watch. So nothing need be locked, and a stream that nobody pulls,
 * because PipeWire is away, is supervised just the same. What the reader finds first (a new format, the end)
 * it tells through the eventfd; the loop then looks for itself.
 */
#include "ivshmem/source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/epoll.h>
#include <time.h>

#include "core/loop.h"
#include "ivshmem/explain.h"
#include "ivshmem/reader.h"
#include "ivshmem/region.h"
#include "ivshmem/scream.h"

#define IDLE_USEC           100000u
#define AFTERMATH_USEC      2000000u
#define AFTERMATH_IDLE_USEC 20000u
#define PLAYING_USEC        250000u
#define FROZEN_USEC         500000u /* a busy guest hiccups for less; a new stream costs more than the wait */
#define PLAYOUT_USEC        400000u /* more than the reader ever keeps */
#define SHORT_USEC          250000u /* streams shorter than this come ever more slowly, */
#define BACKOFF_USEC        10000u  /* from this */
#define BACKOFF_MAX_USEC    1000000u

struct source {
        sd_event *loop;
        struct source_callbacks callbacks;
        struct region *region;
        sd_event_source *timer;
        sd_event_source *wake;
        int wake_fd;

        struct scream_cursor watch;
        uint8_t header[SCREAM_HEADER_SIZE]; /* as last seen, for the problem line */
        struct reader reader;

        bool playing;
        struct pcm_format format;
        uint64_t started;
        uint64_t ended;     /* when the guest closed the stream that plays; 0: it has not */
        uint64_t aftermath; /* look closely until then */
        uint64_t backoff, not_before;

        enum source_state state; /* as on_change last told */
};

static uint64_t now_usec(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static enum source_state current_state(const struct source *source) {
        if (!source->region)
                return SOURCE_OFF;
        if (region_state(source->region) == REGION_ABSENT)
                return SOURCE_ABSENT;
        if (region_state(source->region) == REGION_UNUSABLE)
                return SOURCE_UNUSABLE;
        if (source->playing)
                return SOURCE_PLAYING;
        if (source->watch.verdict != SCREAM_VALID && source->watch.verdict != SCREAM_EMPTY)
                return SOURCE_BAD;
        return SOURCE_SILENT;
}

static void tell(struct source *source) {
        source->callbacks.on_change(source->callbacks.userdata);
}

static void tell_if_changed(struct source *source) {
        enum source_state state = current_state(source);

        if (state == source->state)
                return;
        source->state = state;
        tell(source);
}

static void start_stream(struct source *source, uint64_t now) {
        reader_start(&source->reader, source->region, &source->watch);
        (void)scream_cursor_skip(&source->watch, 0);
        source->format = source->watch.header.format;
        source->started = now;
        source->ended = 0;
        source->playing = true;
        source->callbacks.on_start(&source->format, source->callbacks.userdata);
}

/* A guest that flips formats all day may not keep PipeWire busy: each short stream delays the next one. */
static void back_off(struct source *source, uint64_t now) {
        if (now - source->started >= SHORT_USEC)
                source->backoff = 0;
        else if (source->backoff == 0)
                source->backoff = BACKOFF_USEC;
        else
                source->backoff *= 2;
        if (source->backoff > BACKOFF_MAX_USEC)
                source->backoff = BACKOFF_MAX_USEC;
        source->not_before = now + source->backoff;
}

static void stop_stream(struct source *source, uint64_t now) {
        if (!source->playing)
                return;
        source->callbacks.on_stop(source->callbacks.userdata);
        source->playing = false;
        source->aftermath = now + AFTERMATH_USEC;
        back_off(source, now);
}

/* Brings the watch up to date. */
static enum scream_event look(struct source *source, uint64_t now) {
        uint64_t size = region_size(source->region);
        enum scream_event event;

        /* A file cut off under our hands: the region's own event will follow. */
        if (region_read(source->region, source->header, sizeof(source->header), 0) != sizeof(source->header))
                return SCREAM_NOTHING;
        event = scream_cursor_update(&source->watch, source->header, size, now);
        if (event == SCREAM_CHANGED) {
                scream_cursor_close(&source->watch);
                (void)scream_cursor_update(&source->watch, source->header, size, now);
        }
        return event;
}

static void supervise(struct source *source, enum scream_event event, uint64_t now) {
        if (event == SCREAM_ENDED && !source->ended)
                source->ended = now;
        if (event == SCREAM_CHANGED && !source->ended) {
                stop_stream(source, now);
        } else if (atomic_load(&source->reader.finished)) {
                stop_stream(source, now);
        } else if (source->ended) {
                /* What the watch gathers meanwhile is the next stream's. */
                if (now - source->ended >= PLAYOUT_USEC)
                        stop_stream(source, now);
        } else {
                (void)scream_cursor_skip(&source->watch, 0);
                if (now - source->watch.moved >= FROZEN_USEC)
                        stop_stream(source, now);
        }
}

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata);

static void look_in(struct source *source, uint64_t usec) {
        if (timer_arm(source->loop, &source->timer, "ivshmem-look", usec, on_timer, source) < 0)
                return;
        /* The default, a quarter of a second, would make five looks out of ten. */
        (void)sd_event_source_set_time_accuracy(source->timer, usec / 5 + 1);
}

static uint64_t interval(const struct source *source, uint64_t now) {
        if (source->playing)
                return PLAYING_USEC;
        if (now < source->aftermath || now < source->not_before)
                return AFTERMATH_IDLE_USEC;
        return IDLE_USEC;
}

static void tick(struct source *source) {
        uint64_t now = now_usec();
        enum scream_event event;

        if (!source->region || region_state(source->region) != REGION_READY)
                return;
        event = look(source, now);
        if (source->playing)
                supervise(source, event, now);
        if (!source->playing && source->watch.state == SCREAM_OPEN && now >= source->not_before &&
            scream_cursor_fill(&source->watch) > 0)
                start_stream(source, now);
        tell_if_changed(source);
        look_in(source, interval(source, now));
}

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata) {
        tick(userdata);
        return 0;
}

/* The reader has come to an end. */
static int on_wake(sd_event_source *wake, int fd, uint32_t revents, void *userdata) {
        uint64_t n;

        if (read(fd, &n, sizeof(n)) == sizeof(n))
                tick(userdata);
        return 0;
}

static void on_open(void *userdata) {
        struct source *source = userdata;

        source->watch = (struct scream_cursor){ 0 };
        /* Not now: the first time, region_new() has not returned yet. */
        look_in(source, 0);
}

static void on_close(void *userdata) {
        struct source *source = userdata;

        timer_disarm(source->timer);
        stop_stream(source, now_usec());
        source->watch = (struct scream_cursor){ 0 };
}

static void on_region_change(void *userdata) {
        struct source *source = userdata;

        if (!source->region)
                return; /* still inside of region_new() */
        source->state = current_state(source);
        tell(source);
}

int source_new(struct source **ret, sd_event *loop, const struct source_callbacks *callbacks) {
        _cleanup_(source_freep) struct source *source = calloc(1, sizeof(*source));
        int r;

        if (!source)
                return -ENOMEM;
        source->loop = sd_event_ref(loop);
        source->callbacks = *callbacks;
        source->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (source->wake_fd < 0)
                return -errno;
        reader_init(&source->reader, source->wake_fd);
        r = sd_event_add_io(loop, &source->wake, source->wake_fd, EPOLLIN, on_wake, source);
        if (r < 0)
                return r;
        source_declare(source->wake, "ivshmem-reader", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        *ret = steal_ptr(source);
        return 0;
}

struct source *source_free(struct source *source) {
        if (!source)
                return NULL;
        region_free(source->region); /* stops the stream first */
        source->timer = sd_event_source_disable_unref(source->timer);
        source->wake = sd_event_source_disable_unref(source->wake);
        source->wake_fd = close_fd(source->wake_fd);
        sd_event_unref(source->loop);
        free(source);
        return NULL;
}

int source_set_path(struct source *source, const char *path, size_t min_size) {
        const struct region_callbacks callbacks = { on_open, on_close, on_region_change, source };
        int r = 0;

        source->region = region_free(source->region);
        timer_disarm(source->timer);
        if (path)
                r = region_new(&source->region, source->loop, path, min_size, &callbacks);
        tell_if_changed(source);
        return r;
}

size_t source_read(struct source *source, void *dst, size_t frames) {
        return reader_read(&source->reader, dst, frames, now_usec());
}

static void describe_problem(const struct source *source, enum source_state state, char *text, size_t size) {
        text[0] = '\0';
        if (state == SOURCE_BAD)
                explain_bad_header(text, size, region_path(source->region), source->header,
                                   scream_verdict_to_string(source->watch.verdict));
        else if (source->region)
                snprintf(text, size, "%s", region_problem(source->region));
}

void source_status(const struct source *source, struct source_status *ret) {
        const struct reader *reader = &source->reader;
        uint32_t chunk = source->format.rate * (uint64_t)SCREAM_CHUNK_USEC / 1000000;

        *ret = (struct source_status){ .state = current_state(source) };
        describe_problem(source, ret->state, ret->problem, sizeof(ret->problem));
        if (!source->playing)
                return;
        ret->format = source->format;
        ret->chunks = atomic_load(&reader->frames) / chunk;
        ret->overruns = atomic_load(&reader->overruns);
        ret->underruns = atomic_load(&reader->underruns);
        ret->fill = atomic_load(&reader->fill);
}
