/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/connection: the way to PipeWire's daemon, found again by itself whenever it is lost.
 *
 * Everything on the loop's thread. The context, and with it PipeWire's data thread, lives as long as this.
 */
#include <stdbool.h>
#include <stddef.h>

#include <pipewire/pipewire.h>
#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct connection;

/* Who uses the connection; in a list while it listens. */
struct connection_listener {
        void (*on_up)(void *userdata);   /* connection_core() may be used from now on */
        void (*on_down)(void *userdata); /* the last chance to destroy what was made with it */
        void *userdata;
        struct connection_listener *next; /* the connection's */
};

/* Never fails for an absent PipeWire. */
int connection_new(struct connection **ret, sd_event *loop, struct pw_loop *pw);
/* What was made with it must have been destroyed; calls nothing back. */
struct connection *connection_free(struct connection *connection);
DEFINE_CLEANUP(struct connection, connection_free);

/* What happens from now on; nothing is called back from within, even if it is up. */
void connection_listen(struct connection *connection, struct connection_listener *listener);
/* Nothing if it does not listen. Not from a callback of the connection's. */
void connection_unlisten(struct connection *connection, struct connection_listener *listener);

bool connection_is_up(const struct connection *connection);
struct pw_core *connection_core(struct connection *connection); /* borrowed; NULL when not up */

/*
 * Sends all that was asked of PipeWire, and waits until it has dealt with that and IS_DONE says so too, or
 * for MSEC. Not from PipeWire's callbacks.
 */
void connection_flush(struct connection *connection, unsigned msec, bool (*is_done)(void *userdata),
                      void *userdata);

/* One line: where PipeWire was looked for and what to do; empty when up. */
void connection_problem(const struct connection *connection, char *text, size_t size);
