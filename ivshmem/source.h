/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/source: a guest's sound as it appears in a shared memory file that a Scream driver writes to.
 *
 * Waits for the file (inotify), follows its replacement, truncation and deletion, looks for a stream in it a
 * few times a second while there is none, and then hands the samples to whoever pulls. The bytes are the
 * guest's: every header is copied once and checked before use; nothing in the file can crash or block us.
 *
 * Threads: source_read() may be called from one other thread (PipeWire's) between on_start and the return of
 * on_stop; it takes no lock, allocates nothing and does not log. All else belongs to the loop's thread.
 */
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "core/pcm.h"

struct source;

/* None of them may free the source or set its path. */
struct source_callbacks {
        /* A stream has begun to move (or has changed its format, after an on_stop). */
        void (*on_start)(const struct pcm_format *format, void *userdata);
        /* It has ended or stands still: when this returns nobody calls source_read() any more. */
        void (*on_stop)(void *userdata);
        /* What source_status() reports has changed. */
        void (*on_change)(void *userdata);
        void *userdata;
};

enum source_state {
        SOURCE_OFF,      /* no path set */
        SOURCE_ABSENT,   /* no such file yet */
        SOURCE_UNUSABLE, /* file there, but unreadable, too small, not a regular file */
        SOURCE_SILENT,   /* file fine; no driver writes */
        SOURCE_BAD,      /* a header that no driver writes */
        SOURCE_PLAYING,
};

struct source_status {
        enum source_state state;
        struct pcm_format format; /* when playing */
        uint64_t chunks;          /* read since start */
        uint64_t overruns;        /* times sound was dropped because we were far behind or lapped */
        uint64_t underruns;       /* times a pull found less than it asked for */
        uint32_t fill;            /* frames published and not yet read */
        char problem[512];        /* one line: what is wrong and what to do; empty when nothing is */
};

int source_new(struct source **ret, sd_event *loop, const struct source_callbacks *callbacks);
struct source *source_free(struct source *source);
DEFINE_CLEANUP(struct source, source_free);

/*
 * Follows PATH (absolute, or -EINVAL) from now on; NULL: nothing, as after any failure. MIN_SIZE: bytes below
 * which the file cannot be the region.
 */
int source_set_path(struct source *source, const char *path, size_t min_size);

/*
 * Copies up to FRAMES frames in the format of on_start to DST and returns their number; less than asked for
 * means that the guest has not published more, or that the stream has ended.
 */
size_t source_read(struct source *source, void *dst, size_t frames);

void source_status(const struct source *source, struct source_status *ret);
