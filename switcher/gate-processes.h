/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/gate-processes: those who have a device open, held by a descriptor each: so that we learn when
 * they end, and end nobody but them.
 */
#include <stdbool.h>
#include <stdint.h>

#include "switcher/holders.h"

#define GATE_TERM_USEC 5000000 /* for so long a program may take to end when asked to; then it is made to */

struct gate_process {
        pid_t pid;
        int fd;         /* owned; a pidfd */
        uint64_t asked; /* when it was sent SIGTERM; 0: not yet */
        bool killed;
};

/* Zero-initialised: none. */
struct gate_processes {
        struct gate_process *items;
        size_t n;
};

void gate_processes_done(struct gate_processes *processes);

/*
 * Takes in what the last look has found. Who may be ended is asked to, once it has been seen twice: by the
 * second time the descriptor, made after the first, is certain to be its own. 1: look again at once; 0: wait
 * first; -ENOMEM.
 */
int gate_processes_update(struct gate_processes *processes, const struct holders *holders,
                          const struct holder_rules *rules, uint64_t now);

/* Until one of them ends, FD is readable, or MSEC have passed. */
void gate_processes_wait(const struct gate_processes *processes, int fd, int msec);
