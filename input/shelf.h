/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/shelf: the sinks that no port uses. Some were made by an earlier pilliond; some are a guest's that is
 * not served any more, while its QEMU, which does not survive the loss of one, still has them. A sink leaves
 * the shelf when a port wants it, or for good when nobody has grabbed it any more.
 *
 * Threads: the loop's.
 */
#include "input/sink.h"

struct shelf;

/* Puts on the shelf what is in the store. Copies TOOLS. */
int shelf_new(struct shelf **ret, const struct sink_tools *tools);
/* Closes what is on it. In the store it lives on. */
struct shelf *shelf_free(struct shelf *shelf);
DEFINE_CLEANUP(struct shelf, shelf_free);

/* GUEST's sink of KIND. 1: it was on the shelf; 0: it was made; else as sink_new(). */
int shelf_get(struct shelf *shelf, struct sink **ret, enum sink_kind kind, const char *guest);

/* Takes SINK over, NULL for none. Nothing is removed before the loop turns or shelf_tidy() is called. */
void shelf_put(struct shelf *shelf, struct sink *sink);

/* Removes those that nobody has grabbed. Happens now and then by itself. */
void shelf_tidy(struct shelf *shelf);
