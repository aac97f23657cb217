/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/network: a guest's sound as its Scream driver sends it over UDP, by unicast or multicast.
 *
 * Takes datagrams of one sender at a time, checks each, and makes streams of them for whoever pulls. While
 * nothing is sent nothing wakes us, but for the group that is joined anew about once a minute; while the
 * port, the interface or the group cannot be had, that is tried again every few seconds. The bytes are the
 * guest's, or anybody's who can send here: nothing in them can crash or block us, nor keep the loop from its
 * other work.
 *
 * Threads: the feed that on_start hands out belongs to the thread that pulls; all else to the loop's.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "core/feed.h"
#include "core/pcm.h"

struct network;

struct network_options {
        uint16_t port;
        const char *group;     /* IPv4 multicast address to join; NULL: unicast only */
        const char *interface; /* name of the one that datagrams may come in through; NULL: any */
        const char *sender;    /* IPv4 address of who may send; NULL: whoever comes first */
        uint64_t idle_after;   /* microseconds of digital silence that end a stream; 0: none do */
};

enum network_state {
        NETWORK_OFF,      /* no options set */
        NETWORK_UNUSABLE, /* the port cannot be opened, or the group not joined; it is tried again */
        NETWORK_SILENT,   /* all fine; nobody sends, or only silence */
        NETWORK_PLAYING,
};

struct network_status {
        enum network_state state;
        struct pcm_format format; /* when playing */
        /* Since network_set(). */
        uint64_t datagrams; /* taken */
        uint64_t malformed; /* refused: no driver sends such */
        uint64_t foreign;   /* refused for where they came from, or for there being another sender */
        uint64_t dropped;   /* taken, but lost for nobody pulled */
        char sender[INET_ADDRSTRLEN]; /* whose were last taken; empty: none yet */
        char problem[512]; /* one line: what is wrong, where, and what to do; empty when nothing is */
};

/*
 * Off, and listening. The callbacks may call nothing here but network_status(). 0, -ENOMEM, or what
 * eventfd(2) and sd-event fail with.
 */
int network_new(struct network **ret, sd_event *loop, const struct feed_callbacks *callbacks);
/* Ends a stream with on_stop, and calls nothing afterwards. */
struct network *network_free(struct network *network);
DEFINE_CLEANUP(struct network, network_free);

/*
 * Receives by OPTIONS (copied) from now on; NULL: nothing, as after any failure. The same as before go on
 * undisturbed; anything else ends what was. -EINVAL: no port, or
 * a text that is no address, no multicast address or too long for an interface. That the port or the
 * interface cannot be had now is no failure, but a problem that the status tells.
 */
int network_set(struct network *network, const struct network_options *options);

/*
 * While false, what arrives is counted and thrown away: a stream is stopped, and none begins. For when there
 * is nowhere to play it.
 */
void network_set_listening(struct network *network, bool listening);

void network_status(const struct network *network, struct network_status *ret);
