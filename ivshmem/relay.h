/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/relay: makes streams of datagrams: when one begins, when it is over, and what comes after it.
 *
 * A stream begins with the first datagram that can be heard. It is over when none has come for half a second,
 * when all have been silent for IDLE_AFTER, or when the format changes. Then it is played to its end first,
 * while what arrives is kept for the next one. Streams that are over at once come ever more slowly.
 *
 * Threads: all on the loop's thread but the feed that on_start hands out. No timer is set per datagram, and
 * none while there is no stream. The callbacks may call nothing here but relay_format() and relay_dropped().
 */
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "core/feed.h"
#include "core/pcm.h"
#include "ivshmem/datagram.h"

struct relay;

/* on_change: a stream has begun or is over. 0, -ENOMEM or what eventfd(2) and sd-event fail with. */
int relay_new(struct relay **ret, sd_event *loop, const struct feed_callbacks *callbacks);
/* Ends the stream, and calls nothing afterwards. */
struct relay *relay_free(struct relay *relay);
DEFINE_CLEANUP(struct relay, relay_free);

/* USEC microseconds of silence end a stream; 0: none do. */
void relay_set_idle(struct relay *relay, uint64_t usec);

/* DATAGRAM, whose samples are SAMPLES, has arrived at NOW (microseconds, monotonic). */
void relay_put(struct relay *relay, const struct datagram *datagram, const uint8_t *samples, uint64_t now);

/* Ends the stream, without playing it out, and forgets what was to come after it. */
void relay_stop(struct relay *relay);

/* Of the stream that plays; NULL: none does. */
const struct pcm_format *relay_format(const struct relay *relay);

/* Datagrams that there was no room for. */
uint64_t relay_dropped(const struct relay *relay);
