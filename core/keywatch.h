/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/keywatch: shows which keys are pressed to those who asked ('pillion keys'), and to nobody else.
 *
 * Each watcher is sent signals of its own, from its WatchKeys() until it leaves the bus or for a minute, and
 * that it watches is said in the log: what is typed is nobody's business. Threads: the loop's.
 */
#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "input/input.h"

struct keywatch;

/* INPUT is borrowed. */
int keywatch_new(struct keywatch **ret, sd_event *loop, sd_bus *bus, struct input *input);
struct keywatch *keywatch_free(struct keywatch *keywatch);
DEFINE_CLEANUP(struct keywatch, keywatch_free);

/* CALL's sender watches from now on. */
int keywatch_add(struct keywatch *keywatch, sd_bus_message *call);

/* What input's on_key says. */
void keywatch_tell(struct keywatch *keywatch, const char *device, const char *key, bool down);
