/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/load: processes that keep the machine busy, processor and disk, for a bounded time.
 */
#include <sys/types.h>

#define LOAD_MAX 16

struct load {
        pid_t pids[LOAD_MAX];
        unsigned n;
};

/* N processes that end by themselves after SECONDS, and with the process that started them. */
void load_start(struct load *load, unsigned n, unsigned seconds);
void load_stop(struct load *load);
