/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/player: the shipped source and playback, joined as core/services joins them, and nothing else
 * of pilliond's. Tests' manners: what fails, fails the test. All on the loop's thread.
 */
#include <stdbool.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct player;

/* Plays what a driver writes into RING into the sink TARGET (node.name), once it does. */
struct player *player_new(sd_event *loop, const char *ring, const char *target, bool rate_matching);
struct player *player_free(struct player *player);
DEFINE_CLEANUP(struct player, player_free);
