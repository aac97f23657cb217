/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/usage: what processes cost, as the kernel counts it. Linux alone, read from /proc.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define USAGE_PROCESSES 32

/* Processes that are counted together. */
struct usage_group {
        pid_t pids[USAGE_PROCESSES];
        size_t n;
};

struct usage {
        double cpu;       /* seconds, of all threads */
        uint64_t wakeups; /* times a thread gave up the processor of its own will, and so was woken later */
        long rss;         /* kB */
};

void usage_add(struct usage_group *group, pid_t pid);
/* Every process of SESSION, as setsid() makes one. */
void usage_add_session(struct usage_group *group, pid_t session);

/* What is there now; a thread that has ended since is missing, and makes the difference too small. */
struct usage usage_now(const struct usage_group *group);
/* Of the thread PID alone, where a process has its loop; no memory. */
struct usage usage_of_loop(pid_t pid);
