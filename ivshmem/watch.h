/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/watch: tells that something may have happened to a path, which need not exist, nor its directory.
 *
 * Watches the directory, or the deepest ancestor that there is until the rest appears. What exactly happened
 * is for the callback to find out: it is told too much rather than too little. All on the loop's thread.
 */
#include <stdbool.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct watch;

/* CLOSED: somebody who could write to the file that is followed has let go of it. */
typedef void (*watch_fn)(bool closed, void *userdata);

/*
 * Calls ON_EVENT when PATH (absolute, or -EINVAL) may have appeared, gone, been replaced, or changed its
 * owner or mode.
 */
int watch_new(struct watch **ret, sd_event *loop, const char *path, watch_fn on_event, void *userdata);
struct watch *watch_free(struct watch *watch);
DEFINE_CLEANUP(struct watch, watch_free);

/*
 * Besides, follows the open file FD itself until the next call: for writes by system call, truncation, and
 * the end of its writers. A mapping counts as one: QEMU's end is an event.
 */
int watch_follow(struct watch *watch, int fd);
