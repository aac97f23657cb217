/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/news: what the user is told without having asked. Pure: what was seen before and what is now give the
 * words, or none. Threads: none of its business.
 */
#include <stdbool.h>

#include "core/ride/supervisor.h"

/* What the news are made from. Strings are borrowed, never NULL. */
struct news_view {
        bool away;               /* the input is at the guest */
        const char *home_reason; /* why it came home, unless it was asked to */
        enum supervisor_state state;
        const char *guest, *reason; /* of the ride */
};

struct news_options {
        bool input;    /* tell switches that were asked for, too */
        bool failures; /* tell what goes wrong with the guest */
};

/* What is remembered of the last view. */
struct news {
        struct news_options options;
        bool away;
        enum supervisor_state state;
};

/* A later one of a kind replaces the one before. */
enum news_kind {
        NEWS_INPUT,
        NEWS_GUEST,
        N_NEWS,
};

struct news_item {
        bool urgent;
        char summary[300];
        char body[700];
};

/* Whether there is something of KIND to tell. Ask for each kind, then news_seen(). */
bool news_ask(const struct news *news, enum news_kind kind, const struct news_view *view,
              struct news_item *ret);
void news_seen(struct news *news, const struct news_view *view);
