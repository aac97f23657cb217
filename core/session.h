/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/session: follows logind, for the keyboard belongs to whom the seat belongs to. While the user's
 * session is locked or not in front, or the machine goes to sleep, the input has no business at the guest.
 * Sleep is delayed until it is home.
 *
 * A user service is in no session itself, so it is the user's display session that counts, as it comes and
 * goes. Without logind, or without a session, there is nothing to follow, and nothing wrong: nobody is at the
 * screen then, if there is one. One that came over the network brings nothing home when it ends; if it is
 * what is left of hers, she has left the seat.
 *
 * Threads: the loop's. Source: org.freedesktop.login1(5).
 */
#include <stdbool.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct session;

struct session_handlers {
        /* Why the input may not be at the guest, a static string; NULL: it may be again. When this returns
         * the input is home. */
        void (*on_bar)(const char *why, void *userdata);
        /* The input comes home this once, because of WHY. */
        void (*on_home)(const char *why, void *userdata);
};

/* -ENOMEM only. HANDLERS must outlive it; not called before it has returned. */
int session_new(struct session **ret, sd_event *loop, const struct session_handlers *handlers,
                void *userdata);
struct session *session_free(struct session *session);
DEFINE_CLEANUP(struct session, session_free);

/* Pure: the judgement. */
struct session_facts {
        bool sleeping; /* or about to */
        bool locked;
        bool away; /* another session is in front */
};
const char *session_judge(const struct session_facts *facts);
