/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/ungrab: gives a grab back while others are given back too. The kernel lets others hear the device at
 * once, but returns only when no processor can still be looking at the grab, twice: tens of milliseconds,
 * which a desk of six devices would wait for six times over. Sources: evdev_ungrab() in
 * drivers/input/evdev.c,
 * __input_release_device() in drivers/input/input.c.
 *
 * Threads: one of its own between the two calls, which holds FD and makes one ioctl().
 */
#include <pthread.h>
#include <stdbool.h>

struct ungrab {
        pthread_t thread;
        bool begun, joinable;
        int fd;
};

/* UNGRAB stays where it is, and FD open, until ungrab_end(). Anything that is asked of the device waits. */
void ungrab_begin(struct ungrab *ungrab, int fd);
/* Returns when it is done. No action unless begun. */
void ungrab_end(struct ungrab *ungrab);
