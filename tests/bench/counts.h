/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/counts: what a thread asks of the kernel, counted by the kernel itself (tracefs), and what it
 * asks of malloc(), counted by pillion-bench-malloc.so.
 */
#include <stdint.h>
#include <sys/types.h>

#define SYSTEM_CALLS 512

struct counts {
        uint64_t calls[SYSTEM_CALLS]; /* by number */
        uint64_t all;
        uint64_t allocations; /* and what gave memory back */
};

/* Begins to count what thread TID does. -errno: the kernel cannot. */
int counts_start(pid_t tid);
/* Ends it. */
int counts_stop(pid_t tid, struct counts *ret);
/* "read" and the like; NULL for one that has nothing to do with input. */
const char *counts_name(unsigned number);

/* How often memory was asked for or given back, by the file that PILLION_BENCH_MALLOC has named. */
uint64_t counts_allocations(const char *file);
/* How often process PID has logged, as the journal has it, that the kernel dropped events. */
uint64_t counts_source_drops(pid_t pid);
