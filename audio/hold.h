/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/hold: what we have said of one source's mute, and what it was before. Pure.
 *
 * It goes by name and outlives the source: what comes back under the name, or is recorded through another
 * route of its card, is another switch, and is told anew. Between, only what we want ourselves changes
 * anything. While it settles, as somebody may still restore what he remembers, it is held to what was said, a
 * few times.
 */
#include <stdbool.h>
#include <stdint.h>

#include <spa/utils/list.h>

#include "core/cleanup.h"

/* A source as it is now. */
struct hold_switch {
        uint32_t id;
        int32_t route;
        bool muted;
};

struct hold {
        struct spa_list link; /* the owner's, or empty */
        char *name;
        bool before;   /* its mute, before we touched it */
        bool said;     /* what we last made it */
        bool there;    /* as of the last look */
        bool governed; /* else it waits for its old mute */
        bool settling;
        unsigned corrections; /* that are left */
        uint32_t id;
        int32_t route;
};

int hold_new(struct hold **ret, const char *name, bool before);
struct hold *hold_free(struct hold *hold);
DEFINE_CLEANUP(struct hold, hold_free);

enum hold_verdict {
        HOLD_KEEP,
        HOLD_SAY,    /* mute it so, now */
        HOLD_SETTLE, /* that, and it settles from now on */
};

/* It is governed, and MUTE is what is wanted. */
enum hold_verdict hold_govern(struct hold *hold, const struct hold_switch *now, bool mute);

/* It is governed no more; true: from now on. */
bool hold_let_go(struct hold *hold);
