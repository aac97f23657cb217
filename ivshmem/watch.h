/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/watch: tells that something may have happened to a path, which need not exist, nor its directory.
 *
 * Watches the directory, or the deepest ancestor that there is until the rest appears. What exactly happened
 * is for the callback to find out: it is told too much rather than too little. All on the loop's thread.
 */
#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct watch;

/*
 * Calls ON_EVENT when PATH (absolute, or -EINVAL) may have appeared, gone, been replaced, or changed its
 * owner or mode.
 */
int watch_new(struct watch **ret, sd_event *loop, const char *path, void (*on_event)(void *userdata),
              void *userdata);
struct watch *watch_free(struct watch *watch);
DEFINE_CLEANUP(struct watch, watch_free);

/* Besides, follows the open file FD itself, for writes by system call and truncation, until the next call. */
int watch_follow(struct watch *watch, int fd);
