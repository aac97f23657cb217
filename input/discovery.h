/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/discovery: the evdev nodes that udev has finished with, those there now and those that come and go.
 * A node is announced again when its udev properties or its permissions change, so that what could not be
 * opened before can be tried again; who listens ignores what it already has.
 *
 * Threads: the loop's; handlers run from discovery_scan() and from event sources.
 */
#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "input/discovered.h"

struct discovery;

struct discovery_handlers {
        /* The strings are the callee's only during the call. */
        void (*on_found)(const struct discovered *found, void *userdata);
        void (*on_lost)(const char *path, void *userdata);
};

/* Finds nothing until the loop runs or discovery_scan() is called. HANDLERS must outlive it. */
int discovery_new(struct discovery **ret, sd_event *loop, const struct discovery_handlers *handlers,
                  void *userdata);
struct discovery *discovery_free(struct discovery *discovery);
DEFINE_CLEANUP(struct discovery, discovery_free);

/* Announces all nodes that exist. */
int discovery_scan(struct discovery *discovery);
