/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/actions: what a hotkey does, as the configuration says it: "mic:push-to-talk, volume:+5%". Pure: text
 * to structs; nothing is carried out here, and the names of keys are somebody else's to know.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/cleanup.h"

enum action_kind {
        ACT_TOGGLE,
        ACT_TO_HOST,
        ACT_TO_GUEST, /* argument: the guest's name; NULL: the one that is served */
        ACT_PANIC,
        ACT_HOST_KEY,         /* argument: a key, down on the host for as long */
        ACT_TYPE,             /* argument: a chord, pressed and released in the guest */
        ACT_MIC_PUSH_TO_TALK, /* of ACT_MIC_*, argument: a source's node.name; NULL: the default source */
        ACT_MIC_PUSH_TO_MUTE,
        ACT_MIC_TOGGLE,
        ACT_MIC_MUTE,
        ACT_MIC_UNMUTE,
        ACT_MUMBLE_PUSH_TO_TALK,
        ACT_MUMBLE_MUTE,
        ACT_MUMBLE_UNMUTE,
        ACT_MUMBLE_TOGGLE_MUTE,
        ACT_MUMBLE_DEAFEN,
        ACT_MUMBLE_UNDEAFEN,
        ACT_MUMBLE_TOGGLE_DEAFEN,
        ACT_GUEST_START, /* argument: the guest's name; NULL: the configured one */
        ACT_GUEST_STOP,
        ACT_GUEST_PAUSE,
        ACT_GUEST_RESUME,
        ACT_VOLUME_CHANGE, /* percent: -100 to 100 */
        ACT_VOLUME_MUTE,   /* and the next time unmute */
};

struct action {
        enum action_kind kind;
        bool lasting; /* begins when the keys go down and ends when they come up; else it happens once */
        char *argument;
        int percent;
};

struct actions {
        size_t n; /* at least 1 */
        struct action list[];
};

/* Each returns 0 if TEXT is one. */
struct action_checks {
        int (*is_key)(const char *text);
        int (*is_chord)(const char *text);
};

/*
 * Parses actions separated by commas, in the order to be carried out. -EINVAL: ERROR says which word is
 * wrong, and what would be right.
 */
int actions_parse(struct actions **ret, const char *text, const struct action_checks *checks, char *error,
                  size_t size);
struct actions *actions_free(struct actions *actions);
DEFINE_CLEANUP(struct actions, actions_free);

/* "mic:push-to-talk", without its argument. */
const char *action_name(enum action_kind kind);
