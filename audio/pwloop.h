/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/pwloop: PipeWire's loop as one source of ours, so that its callbacks run on our thread.
 *
 * Everything on the loop's thread. No wakeup while PipeWire has nothing to say.
 */
#include <pipewire/loop.h>
#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct pwloop;

/* Initialises the PipeWire library as well; the last pwloop_free() releases it. */
int pwloop_new(struct pwloop **ret, sd_event *loop);
struct pwloop *pwloop_free(struct pwloop *pwloop);
DEFINE_CLEANUP(struct pwloop, pwloop_free);

struct pw_loop *pwloop_get(struct pwloop *pwloop);
