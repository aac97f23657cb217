/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/mumble: what Mumble does as hotkeys would have it, by its own remote control: a socket that takes one
 * small XML document a connection, $XDG_RUNTIME_DIR/MumbleSocket, or ~/.MumbleSocket where there is no such
 * directory.
 *
 * Mumble counts who pushes to talk, so each start is followed by exactly one stop, and a stop more, which
 * does nothing at zero, undoes what an earlier life of ours may have left. Talking is a level: a Mumble that
 * comes while the keys are down starts at once, and one that we leave has been told to stop.
 *
 * Push-to-talk needs Mumble 1.4; older ones say yes and do nothing. Source: Mumble's src/mumble/SocketRPC.cpp
 * and MainWindow.cpp (iPushToTalk), mumble-voip/mumble#4754.
 *
 * Threads: the loop's. Nothing waits for Mumble but mumble_free(), 300 ms at most.
 */
#include <stdbool.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct mumble;

struct mumble_callbacks {
        void (*on_change)(void *userdata); /* what mumble_status() reports has changed */
        void *userdata;
};

enum mumble_request {
        MUMBLE_MUTE,
        MUMBLE_UNMUTE,
        MUMBLE_TOGGLE_MUTE,
        MUMBLE_DEAFEN,
        MUMBLE_UNDEAFEN,
        MUMBLE_TOGGLE_DEAFEN,
};

struct mumble_status {
        bool talking;      /* it has been told so */
        char problem[320]; /* one line; empty when all is well */
};

int mumble_new(struct mumble **ret, sd_event *loop, const struct mumble_callbacks *callbacks);
struct mumble *mumble_free(struct mumble *mumble); /* stops talking; calls nothing back */
DEFINE_CLEANUP(struct mumble, mumble_free);

/* Declares that push-to-talk is ours: silent from now on, and whenever the keys are up. */
void mumble_control_talking(struct mumble *mumble);
void mumble_talk(struct mumble *mumble, bool talk);

/* Once, now: a Mumble that is not there misses it, which is logged. */
void mumble_request(struct mumble *mumble, enum mumble_request request);

void mumble_status(const struct mumble *mumble, struct mumble_status *ret);
