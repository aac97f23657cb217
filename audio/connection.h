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

struct connection_callbacks {
        void (*on_up)(void *userdata);   /* connection_core() may be used from now on */
        void (*on_down)(void *userdata); /* the last chance to destroy what was made with it */
        void *userdata;
};

/* Never fails for an absent PipeWire; on_up comes from the loop, not from within. */
int connection_new(struct connection **ret, sd_event *loop, struct pw_loop *pw,
                   const struct connection_callbacks *callbacks);
/* What was made with it must have been destroyed; calls nothing back. */
struct connection *connection_free(struct connection *connection);
DEFINE_CLEANUP(struct connection, connection_free);

bool connection_is_up(const struct connection *connection);
struct pw_core *connection_core(struct connection *connection); /* borrowed; NULL when not up */

/* One line: where PipeWire was looked for and what to do; empty when up. */
void connection_problem(const struct connection *connection, char *text, size_t size);
