/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/performer-internal: what performer.c, which has the means, and deeds.c, which uses them, share. Nobody
 * else includes this.
 */
#include "audio/microphone.h"
#include "core/mumble.h"
#include "core/performer.h"

/* The key to a microphone that an action has. */
struct control {
        const struct action *action; /* borrowed from the bindings */
        struct microphone_control *microphone;
};

struct performer {
        struct performer_parts parts;
        struct bindings *bindings;
        struct exec **execs; /* as many; NULL: it runs nothing */
        struct control *controls;
        size_t n_controls;
        struct microphones *microphones; /* NULL: no hotkey speaks of one */
        struct mumble *mumble;           /* the same, ... */
        bool needs_mumble;               /* ... if this is set; else it is the last performer's */
};

/* What an action does. Each returns 0, or -errno for the log, or 1 if it has said itself what went wrong. */
struct deed {
        int (*begin)(struct performer *performer, const struct action *action);
        int (*end)(struct performer *performer, const struct action *action); /* NULL: it does not last */
        enum {
                NEEDS_NOTHING,
                NEEDS_MICROPHONES,
                NEEDS_CONTROL, /* of a microphone */
                NEEDS_MUMBLE,
                NEEDS_TALKING, /* as Mumble's push-to-talk */
        } needs;
};

extern const struct deed deeds[]; /* by enum action_kind */
