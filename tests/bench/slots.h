/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/slots: jobs that run at the same time, each in a process of its own, and what they say, in
 * order. Whatever dies takes its own with it.
 */
#include <stdio.h>

#include "tests/bench/bench.h"

#define SLOT_JOBS 4

struct slot {
        struct job jobs[SLOT_JOBS];
        pid_t pids[SLOT_JOBS];
        FILE *said[SLOT_JOBS];
        size_t n;
        bool failed;
};

const char *receiver_name(enum receiver receiver);

struct job *slot_add_job(struct slot *slot, void (*run)(const struct job *job), const char *name);

/* PARALLEL slots at a time; prints what each has said when it has ended, and how its first job compares to
 * the others. False if a job failed. */
bool slots_run(struct slot *slots, size_t n_slots, size_t parallel);
