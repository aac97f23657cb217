/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/watch-status: `pillion status --watch`: what core/command/status prints, again whenever it
 * changes: at once when pilliond says so, and once a second for the counters while sound is playing.
 *
 * On a terminal it is written over itself; elsewhere each state is a block of its own, and as JSON a line.
 * Threads: one.
 */
#include <stdbool.h>

#include <systemd/sd-bus.h>

struct watch_options {
        bool audio; /* the sound alone */
        bool json;
};

/*
 * Until SIGINT, SIGTERM or SIGHUP, then 0. Positive: the bus has gone; -EPIPE: nobody reads it any more. That
 * pilliond is not there, or goes away, is shown, and it goes on when it comes. BUS: without an event loop,
 * borrowed.
 */
int watch_status(sd_bus *bus, const struct watch_options *options);
