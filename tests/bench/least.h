/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/least: the least that a relay of input can do, in a process of its own: epoll_wait(), one
 * read() of a grabbed device, one write() a frame to a device with the abilities of pilliond's. What it costs
 * is what the way itself costs. Tests' manners.
 */
#include <stdint.h>
#include <sys/types.h>

#include "tests/bench/made.h"

struct least {
        pid_t pid;
        struct least_shared *shared;
};

/* Grabs SOURCE; returns once it does. The relay dies with the process that started it. */
void least_start(struct least *least, const char *source);
/* What a guest would open. */
const char *least_sink(const struct least *least);
/* How often the kernel has told it that events were lost. */
uint64_t least_drops(const struct least *least);
void least_stop(struct least *least);
