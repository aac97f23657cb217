/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/region: the file that backs a guest's shared memory, from before it exists until after it is gone.
 *
 * QEMU creates it (or grows an empty one), may find it replaced or truncated by others, and leaves it behind.
 * A region follows its path through all of that by inotify and says when there is a file fit to be read. It
 * is read by pread() only: a mapping would turn a truncated file into SIGBUS, a read just comes out short.
 *
 * Threads: everything on the loop's thread, but region_read() from any thread between on_open and the return
 * of on_close.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct region;

enum region_state {
        REGION_ABSENT,   /* no such file, or not even its directory */
        REGION_UNUSABLE, /* there, but not what it should be, or not for us */
        REGION_READY,
};

struct region_callbacks {
        void (*on_open)(void *userdata);   /* READY; may come before region_new() returns */
        void (*on_close)(void *userdata);  /* READY no more, or resized; reading is safe until it returns */
        void (*on_change)(void *userdata); /* the state or the problem has changed */
        void *userdata;
};

/* PATH is absolute, or -EINVAL. The file is READY from MIN_SIZE bytes on. Never fails for the file's sake. */
int region_new(struct region **ret, sd_event *loop, const char *path, size_t min_size,
               const struct region_callbacks *callbacks);
/* Calls on_close if the file is open, and nothing afterwards. */
struct region *region_free(struct region *region);
DEFINE_CLEANUP(struct region, region_free);

enum region_state region_state(const struct region *region);
uint64_t region_size(const struct region *region);

/*
 * A file that is deleted or replaced while its guest runs is still the one that the guest writes to. While
 * HELD (there is sound in it) it is followed regardless; once it has been held, until its last writer has let
 * go or there is another file fit to be read in its place.
 */
void region_hold(struct region *region, bool held);

/* One line: what was seen and what to do about it; empty when all is well. Valid until the next change. */
const char *region_problem(const struct region *region);
const char *region_path(const struct region *region);

/* Bytes read, less than SIZE at the end of the file, or a negative errno. */
ssize_t region_read(const struct region *region, void *dst, size_t size, uint64_t offset);
