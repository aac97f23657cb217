/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/captures: every source of sound that PipeWire has now, which of them is the default, and its mute as
 * mixers know it: that of the card's active route where there is one, else the node's own.
 *
 * On a connection that is somebody else's, and found again with it. Threads: the loop's.
 */
#include <stdbool.h>
#include <stdint.h>

#include "audio/connection.h"
#include "core/cleanup.h"

struct captures;

struct captures_callbacks {
        void (*on_change)(void *userdata); /* anything of what is below; sources may be muted from in here */
        void *userdata;
};

/* One of them, as of now: until the loop goes on. */
struct captures_entry {
        const char *name; /* node.name */
        uint32_t id;      /* of the node, as long as it is there */
        int32_t route;    /* which switch is meant by its mute; -1: the node's own */
        bool muted;
};

/* CONNECTION is borrowed, and ends later. */
int captures_new(struct captures **ret, struct connection *connection,
                 const struct captures_callbacks *callbacks);
struct captures *captures_free(struct captures *captures);
DEFINE_CLEANUP(struct captures, captures_free);

/* The INDEXth of those of which all is known; false: there is none. */
bool captures_get(const struct captures *captures, unsigned index, struct captures_entry *ret);

/* The one of this node.name; NULL is nobody's. */
bool captures_find(const struct captures *captures, const char *name, struct captures_entry *ret);

/* "there is 'a', 'b'". */
void captures_list(const struct captures *captures, char *text, size_t size);

/* The node.name of the session manager's default source, which need not be there; NULL: it has said none. */
const char *captures_default(const struct captures *captures);

/* Another number for each session manager that has come, who restores what he remembers. */
unsigned captures_manager(const struct captures *captures);

/* ID: of an entry. Nothing if it has gone. */
void captures_mute(struct captures *captures, uint32_t id, bool mute);

/* Whether all that was asked has been done: a card is the session manager's, and PipeWire only passes it on.
 */
bool captures_heard(const struct captures *captures);
