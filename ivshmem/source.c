/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests leave valid headers behind when they are killed, and stop their streams without touching them: only
 * a write index that moves is a stream, and only one that can be heard is worth waking a sound card for.
 *
 *         region READY, nothing to hear  look every 100 ms (10 ms for 2 s after a stream: format changes)
 *         a sound                        on_start; the reader begins at its first chunk
 *         playing                        no timer: the reader tells when it has come to the end
 *         closed, frozen, silent         on_stop, and look again
 *
 * One cursor follows the index. It is the loop's until a stream begins, then the reader's, and is handed back
 * when nobody pulls any more; so nothing need be locked, and no chunk is left out or heard twice.
 */
#include "ivshmem/source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/epoll.h>
#include <time.h>

#include "core/loop.h"
#include "ivshmem/backoff.h"
#include "ivshmem/explain.h"
#include "ivshmem/lookout.h"
#include "ivshmem/reader.h"
#include "ivshmem/region.h"

#define IDLE_USEC      100000u
#define CLOSE_USEC     10000u /* while another stream is likely to follow, */
#define AFTERMATH_USEC 2000000u

struct source {
        sd_event *loop;
        struct feed_callbacks callbacks;
        char *path;
        size_t min_size;
        struct region *region;
        sd_event_source *timer;
        sd_event_source *wake;
        int wake_fd;
        uint64_t idle_after;
        bool listening;

        struct lookout lookout;
        struct reader reader;

        bool playing;
        uint64_t aftermath; /* look closely until then */
        struct backoff backoff;
        enum source_state state; /* as told */
};

static uint64_t now_usec(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static bool feed_look(struct feed_view *ret, void *userdata) {
        struct source *source = userdata;

        return reader_look(&source->reader, now_usec(), ret);
}

static size_t feed_read(void *dst, size_t frames, void *userdata) {
        struct source *source = userdata;

        return reader_read(&source->reader, dst, frames);
}

static void feed_skip(size_t frames, void *userdata) {
        struct source *source = userdata;

        reader_skip(&source->reader, frames);
}

static enum source_state current_state(const struct source *source) {
        if (!source->region)
                return SOURCE_OFF;
        switch (region_state(source->region)) {
        case REGION_ABSENT:
                return SOURCE_ABSENT;
        case REGION_UNUSABLE:
                return SOURCE_UNUSABLE;
        case REGION_READY:
                break;
        }
        if (source->playing)
                return SOURCE_PLAYING;
        if (!source->listening)
                return SOURCE_WAITING;
        if (source->lookout.cursor.verdict != SCREAM_VALID && source->lookout.cursor.verdict != SCREAM_EMPTY)
                return SOURCE_BAD;
        return SOURCE_SILENT;
}

static void tell(struct source *source) {
        source->state = current_state(source);
        source->callbacks.on_change(source->callbacks.userdata);
}

static void tell_if_changed(struct source *source) {
        if (current_state(source) != source->state)
                tell(source);
}

static void start_stream(struct source *source, uint64_t now) {
        const struct pcm_format *format = &source->lookout.cursor.header.format;
        const struct feed feed = { feed_look, feed_read, feed_skip, source };

        reader_start(&source->reader, source->region, &source->lookout.cursor,
                     source->idle_after * format->rate / 1000000);
        region_hold(source->region, true);
        backoff_stream_began(&source->backoff, now);
        source->playing = true;
        source->callbacks.on_start(format, &feed, source->callbacks.userdata);
}

static void stop_stream(struct source *source, uint64_t now) {
        if (!source->playing)
                return;
        source->callbacks.on_stop(source->callbacks.userdata);
        source->playing = false;
        source->lookout.cursor = source->reader.cursor;
        if (source->reader.replaced)
                scream_cursor_close(&source->lookout.cursor);
        if (source->lookout.cursor.state != SCREAM_OPEN)
                source->aftermath = now + AFTERMATH_USEC;
        backoff_stream_ended(&source->backoff, now);
        reader_init(&source->reader, source->wake_fd);
}

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata);

static void look_in(struct source *source, uint64_t usec) {
        if (timer_arm(source->loop, &source->timer, "ivshmem-look", usec, on_timer, source) < 0)
                return;
        /* The default, a quarter of a second, would make five looks out of ten. */
        (void)sd_event_source_set_time_accuracy(source->timer, usec / 5 + 1);
}

static void tick(struct source *source) {
        uint64_t now = now_usec();

        if (source->playing || !source->listening || region_state(source->region) != REGION_READY)
                return;
        if (lookout_look(&source->lookout, source->region, now) && backoff_is_over(&source->backoff, now) &&
            lookout_hears(&source->lookout, source->region, source->idle_after == 0))
                start_stream(source, now);
        tell_if_changed(source);
        if (!source->playing)
                look_in(source, now < source->aftermath || !backoff_is_over(&source->backoff, now)
                                        ? CLOSE_USEC
                                        : IDLE_USEC);
}

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata) {
        tick(userdata);
        return 0;
}

/* The reader has come to an end. */
static int on_wake(sd_event_source *wake, int fd, uint32_t revents, void *userdata) {
        struct source *source = userdata;
        uint64_t n;

        if (read(fd, &n, sizeof(n)) != sizeof(n) || !source->playing ||
            !atomic_load(&source->reader.finished))
                return 0;
        stop_stream(source, now_usec());
        region_hold(source->region, false);
        tick(source);
        return 0;
}

static void on_open(void *userdata) {
        struct source *source = userdata;

        source->lookout = (struct lookout){ 0 };
        /* Not now: the first time, region_new() has not returned yet. */
        if (source->listening)
                look_in(source, 0);
}

static void on_close(void *userdata) {
        struct source *source = userdata;

        timer_disarm(source->timer);
        stop_stream(source, now_usec());
        source->lookout = (struct lookout){ 0 };
}

static void on_region_change(void *userdata) {
        struct source *source = userdata;

        if (source->region) /* else still inside of region_new() */
                tell(source);
}

int source_new(struct source **ret, sd_event *loop, const struct feed_callbacks *callbacks) {
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
        free(source->path);
        free(source);
        return NULL;
}

static bool follows(const struct source *source, const char *path, size_t min_size) {
        if (!path || !source->path)
                return !path && !source->path;
        return strcmp(path, source->path) == 0 && min_size == source->min_size;
}

static void forget(struct source *source) {
        source->region = region_free(source->region);
        timer_disarm(source->timer);
        free(source->path);
        source->path = NULL;
}

int source_set_path(struct source *source, const char *path, size_t min_size) {
        const struct region_callbacks callbacks = { on_open, on_close, on_region_change, source };
        int r = 0;

        if (follows(source, path, min_size))
                return 0;
        forget(source);
        if (path) {
                source->path = strdup(path);
                source->min_size = min_size;
                r = source->path ? region_new(&source->region, source->loop, path, min_size, &callbacks)
                                 : -ENOMEM;
        }
        if (r < 0)
                forget(source);
        tell_if_changed(source);
        return r;
}

void source_set_idle_after(struct source *source, uint64_t usec) {
        source->idle_after = usec;
}

void source_set_listening(struct source *source, bool listening) {
        if (listening == source->listening)
                return;
        source->listening = listening;
        if (!listening) {
                timer_disarm(source->timer);
                stop_stream(source, now_usec());
                if (source->region)
                        region_hold(source->region, false);
        } else if (source->region && region_state(source->region) == REGION_READY) {
                /* What was written meanwhile is nobody's any more. */
                source->lookout = (struct lookout){ 0 };
                look_in(source, 0);
        }
        tell_if_changed(source);
}

static void describe_problem(const struct source *source, enum source_state state, char *text, size_t size) {
        text[0] = '\0';
        if (state == SOURCE_BAD)
                explain_bad_header(text, size, region_path(source->region), source->lookout.header,
                                   scream_verdict_to_string(source->lookout.cursor.verdict));
        else if (source->region)
                snprintf(text, size, "%s", region_problem(source->region));
}

void source_status(const struct source *source, struct source_status *ret) {
        *ret = (struct source_status){ .state = current_state(source) };
        describe_problem(source, ret->state, ret->problem, sizeof(ret->problem));
        if (source->playing)
                ret->format = source->lookout.cursor.header.format;
}
