/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/lock: one pillion-switch at a time on this machine. The lock is the kernel's, on the file "lock"
 * in the folder RUN, and goes with its holder; what stands in the file says who that is. Anybody may read it.
 */
#include <stddef.h>
#include <sys/types.h>

#include "core/cleanup.h"

struct lock;

struct lock_holder {
        pid_t pid;
        char command[32], profile[80]; /* "lend", "win10" */
        char since[32];                /* "2024-05-01 12:34:56" */
};

/* -EBUSY: somebody has it; *RET_HOLDER says who, as far as the file does. Makes RUN. */
int lock_take(struct lock **ret, const char *run, const char *command, const char *profile,
              struct lock_holder *ret_holder);
struct lock *lock_free(struct lock *lock); /* releases it */
DEFINE_CLEANUP(struct lock, lock_free);

/* "'pillion-switch lend win10' (pid 812, since 2024-05-01 12:34:56)" */
void lock_describe(const struct lock_holder *holder, char *text, size_t size);
