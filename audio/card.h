/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/card: one sound card as PipeWire's "Device" shows it, as far as it mutes: where a card's node records
 * through an active route, such as "Internal Microphone", mixers show and set that route's mute, and the
 * session manager remembers it; the node's own follows.
 *
 * Belongs to a connection's life. Source: PipeWire's spa/param/route.h, what pipewire-pulse and WirePlumber
 * do.
 */
#include <stdbool.h>
#include <stdint.h>

#include <pipewire/pipewire.h>

#include "core/cleanup.h"

struct card;

struct card_callbacks {
        void (*on_change)(void *userdata); /* routes or their mutes; do not free in here */
        void *userdata;
};

struct card_route {
        int32_t index;
        int32_t device; /* which of the card's, the node's "card.profile.device" */
        bool muted;
};

/* ID: of the device in the registry. */
int card_new(struct card **ret, struct pw_registry *registry, uint32_t id,
             const struct card_callbacks *callbacks);
struct card *card_free(struct card *card);
DEFINE_CLEANUP(struct card, card_free);

uint32_t card_id(const struct card *card);
bool card_is_ready(const struct card *card); /* what there is to know has come */

/* The active route of DEVICE; NULL: none. It is taken for muted as soon as it was asked to be. */
const struct card_route *card_route(struct card *card, int32_t device);
void card_mute(struct card *card, int32_t device, bool mute);
bool card_heard(const struct card *card); /* its routes are as they were last asked to be */
