/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/capture: one source of sound in PipeWire, such as a microphone, as its node shows it.
 *
 * Belongs to a connection's life. It knows its own mute; that of its card's route is the card's.
 */
#include <stdbool.h>
#include <stdint.h>

#include <pipewire/pipewire.h>

#include "core/cleanup.h"

struct capture;

struct capture_callbacks {
        void (*on_change)(void *userdata); /* do not free in here */
        void *userdata;
};

/* ID and NAME: of the node in the registry. */
int capture_new(struct capture **ret, struct pw_registry *registry, uint32_t id, const char *name,
                const struct capture_callbacks *callbacks);
struct capture *capture_free(struct capture *capture);
DEFINE_CLEANUP(struct capture, capture_free);

uint32_t capture_id(const struct capture *capture);
const char *capture_name(const struct capture *capture);
bool capture_is_ready(const struct capture *capture); /* what there is to know has come */

/* Of the card that it belongs to; SPA_ID_INVALID and -1: it belongs to none. */
uint32_t capture_card(const struct capture *capture);
int32_t capture_card_device(const struct capture *capture);

/* It is taken for muted as soon as it was asked to be. */
bool capture_is_muted(const struct capture *capture);
void capture_mute(struct capture *capture, bool mute);
bool capture_heard(const struct capture *capture); /* all that was asked has been dealt with */
