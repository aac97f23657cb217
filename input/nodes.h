/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* input/nodes: what udev and the kernel tell of the evdev nodes there are. Opens none. */
#include <stdbool.h>

#include <systemd/sd-device.h>

#include "input/discovered.h"

/* FOUND is the caller's only during the call. */
typedef void (*nodes_found_fn)(const struct discovered *found, void *userdata);

bool nodes_is_event(sd_device *node);
/* Calls FN if NODE is an evdev node that udev has finished with. */
void nodes_describe(sd_device *node, nodes_found_fn fn, void *userdata);
/* Calls FN for each of them. */
int nodes_scan(nodes_found_fn fn, void *userdata);
