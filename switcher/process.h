/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/process: whether a process, or what it has started in its process group, is still there. A number
 * alone says nothing, since it is given out again: the start time belongs to it. A process that sleeps
 * uninterruptibly is there, whatever signals it got; one that is dead but not yet waited for is not.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/cleanup.h"

struct process {
        pid_t pid;
        uint64_t start; /* clock ticks since boot, as in /proc/PID/stat */
};

/* -ESRCH: there is none. */
int process_look(struct process *ret, pid_t pid);
/* Itself, or with its number as process group, those it has left behind; false: all are gone. RET may be
 * NULL. */
bool process_lingers(const struct process *process, struct process *ret);
/* Kills all that lingers and waits for it, up to WAIT; true: some still does. */
bool process_kill(const struct process *process, uint64_t wait_usec, struct process *ret);
/* Readable when it is gone. -ESRCH: it is. */
int process_open(const struct process *process);
/* "unbind (pid 812)": for people. */
void process_describe(const struct process *process, char *text, size_t size);

/* CLOCK_MONOTONIC, microseconds. */
uint64_t now_usec(void);
