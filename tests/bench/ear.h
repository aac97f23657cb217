/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/ear: somebody who reads a device in a thread of its own, as QEMU (with the grab) or a desktop
 * (without) does, and notes what numbers came when. Tests' manners.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "tests/bench/numbered.h"

struct ear {
        int fd;
        pthread_t thread;
        atomic_bool stop;
        const _Atomic uint32_t *sent; /* borrowed: how many frames there were */
        struct numbered heard;
};

/* With GRAB: nobody else hears the device from now on. Fails the process if somebody has it. */
void ear_open(struct ear *ear, const char *node, bool grab);
void ear_close(struct ear *ear);

/* Listens for at most N frames. SENT outlives it. */
void ear_start(struct ear *ear, size_t n, bool edges, const _Atomic uint32_t *sent);
/* Ends that; what was heard stays until the next start, or until it is closed. */
void ear_stop(struct ear *ear);

/* For when it does not listen. Forgets what is waiting; whether a probe is among what waits. */
bool ear_probe(struct ear *ear);
