/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/desk: all nodes that are plugged in, and which side each belongs to. Pure: what a node's route is
 * follows from the lists and from what is on the desk now, in whatever order it came.
 *
 * A node that a list names goes where that list says; if several do, guest before host before follow. One
 * that none names goes where the keyboard, or else the mouse, of its receiver goes, if it has keys or motion
 * and that list does not leave it out.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/cleanup.h"
#include "input/discovered.h"

struct desk;

enum route {
        ROUTE_NONE,   /* the host's, and none of our business */
        ROUTE_FOLLOW, /* changes sides with the others */
        ROUTE_HOST,   /* always the host's, but listened to */
        ROUTE_GUEST,  /* always the guest's, while there is one */
};

struct verdict {
        enum route route;
        bool named; /* by a term that says which, not just as one of its kind or of a receiver */
};

/* Each list as input/selector.h has it; NULL is an empty one. */
struct desk_lists {
        const char *follow, *host, *guest;
};

/* Selects nothing. -ENOMEM. */
int desk_new(struct desk **ret);
struct desk *desk_free(struct desk *desk); /* accepts NULL, returns NULL */
DEFINE_CLEANUP(struct desk, desk_free);

/* Takes new lists; the nodes stay. -EINVAL: a mistake in a list; -ENOMEM; both leave the old lists. */
int desk_configure(struct desk *desk, const struct desk_lists *lists);

/* A node has come or changed; copied. -ENOMEM. */
int desk_put(struct desk *desk, const struct discovered *node);
/* A node has gone; returns what was known of it, the caller's now, or NULL. */
struct discovered *desk_take(struct desk *desk, const char *path);

struct verdict desk_judge(const struct desk *desk, const struct discovered *node);

/* The node after NODE, or the first; NULL after the last. Borrowed: until it is put anew or removed. */
const struct discovered *desk_next(const struct desk *desk, const struct discovered *node);

/* What the lists want and the desk lacks, given what is in use, and what to do about it; false: nothing. */
bool desk_lacks(const struct desk *desk, unsigned keyboards, unsigned mice, char *buf, size_t size);
