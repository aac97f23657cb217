/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/ride/plug: how a guest gets at the two input devices that we make for it. Its definition names them as
 * evdev inputs, which takes an edit and a cold start; or they are plugged into the running guest as virtio
 * inputs, which takes two free slots and a driver in the guest, and lasts as long as it runs. One that was
 * started with SPICE has the keyboard and the mouse of its window, and is given none. Pure.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/config.h"
#include "input/input.h"
#include "switcher/domain.h"

enum plug {
        PLUG_NONE, /* not at both */
        PLUG_EVDEV,
        PLUG_VIRTIO,
};

/* What the definition of INFO says, which of a guest that runs is the truth. */
enum plug plug_seen(const struct domain_info *info, const struct input_status *input);

/* Writes the device that a guest which runs is to be given next; false: it needs none, or may get none. */
bool plug_next(const struct domain_info *info, const struct input_status *input, enum config_path path,
               char *xml, size_t size);

/* Writes why keyboard and mouse do not reach the guest, to be read after "Guest 'x': ", and what to do; empty
 * if they do, or soon will. PROBLEM: why plugging has failed; empty if it has not. */
void plug_advise(const struct domain_info *info, const struct input_status *input, enum config_path path,
                 const char *problem, char *buf, size_t size);
