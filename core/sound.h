/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/sound: a guest's sound from where it comes in, shared memory or the network, to PipeWire. The parts
 * know nothing of each other; they are joined here, by callbacks. Threads: the loop's.
 *
 * A way back, from a microphone of the host to the guest, would be a second stream beside the playback, on
 * the same connection; Scream's driver has no use for one.
 */
#include <systemd/sd-event.h>

#include "audio/playback.h"
#include "core/cleanup.h"
#include "core/config.h"
#include "ivshmem/network.h"

struct connection;
struct sound;

/* What sound_status() reports has changed. Not called before sound_new() has returned. */
typedef void (*sound_changed_fn)(void *userdata);

struct sound_status {
        const char *state;        /* "off", "absent", "unusable", "waiting", "silent", "bad", "playing" */
        char origin[256];         /* a path, or "udp:4010"; empty when off */
        struct pcm_format format; /* when playing */
        char problem[512];        /* of the origin, in one line; empty when all is well */
        struct playback_status playback;
        struct network_status network; /* all zeros for shared memory */
};

int sound_new(struct sound **ret, sd_event *loop, const struct config *config, sound_changed_fn on_change,
              void *userdata);
struct sound *sound_free(struct sound *sound);
DEFINE_CLEANUP(struct sound, sound_free);

int sound_configure(struct sound *sound, const struct config *config);

/* GUEST runs: follow its sound. SHMEM: what its definition names; NULL: none. */
int sound_serve(struct sound *sound, const char *guest, const char *shmem);
void sound_unserve(struct sound *sound);

/* Whether a guest without shared memory in its definition will not be heard. */
bool sound_needs_shmem(const struct sound *sound);

/* What a mixer does to the guest's stream: see audio/playback.h. */
int sound_change_volume(struct sound *sound, int percent);
int sound_toggle_mute(struct sound *sound);

/* The way to PipeWire, for others to share; borrowed. */
struct connection *sound_connection(struct sound *sound);

void sound_status(const struct sound *sound, struct sound_status *ret);
