/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/source: a guest's sound as it appears in a shared memory file that a Scream driver writes to.
 *
 * Waits for the file (inotify), follows its replacement, truncation and deletion, looks for sound in it ten
 * times a second while there is none, and hands it as a feed to whoever pulls; while that plays there is no
 * timer. The bytes are the guest's: every header is copied once and checked before use; nothing in the file
 * can crash or block us.
 *
 * Threads: the feed belongs to one other thread (PipeWire's) between on_start and the return of on_stop. All
 * else belongs to the loop's thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "core/feed.h"

struct source;

enum source_state {
        SOURCE_OFF,      /* no path set */
        SOURCE_ABSENT,   /* no such file yet */
        SOURCE_UNUSABLE, /* file there, but unreadable, too small, not a regular file */
        SOURCE_WAITING,  /* file fine; nobody listens */
        SOURCE_SILENT,   /* file fine; nothing to hear in it */
        SOURCE_BAD,      /* a header that no driver writes */
        SOURCE_PLAYING,
};

struct source_status {
        enum source_state state;
        struct pcm_format format; /* when playing */
        char problem[512];        /* one line: what is wrong and what to do; empty when nothing is */
};

/* The callbacks may neither free the source nor set its path. Nobody listens yet. */
int source_new(struct source **ret, sd_event *loop, const struct feed_callbacks *callbacks);
struct source *source_free(struct source *source);
DEFINE_CLEANUP(struct source, source_free);

/*
 * Follows PATH (absolute, or -EINVAL) from now on; NULL: nothing, as after any failure. MIN_SIZE: bytes below
 * which the file cannot be the region. The path that is followed already goes on undisturbed.
 */
int source_set_path(struct source *source, const char *path, size_t min_size);

/* Microseconds of digital silence that end a stream until there is sound again; 0: silence is sound. */
void source_set_idle_after(struct source *source, uint64_t usec);

/* Whether there is anybody to play to. Without, no stream begins, and nothing is looked at. */
void source_set_listening(struct source *source, bool listening);

void source_status(const struct source *source, struct source_status *ret);
