/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/references: what the kernel's count of a driver's users says of a device, where it can say
 * something: every open node of a sound card counts as a reference to the card's driver, even if its
 * descriptor is where no look at processes finds it, and even if it is the sound timer's, which belongs to no
 * card. An idle driver of sound has none. (Others have: a console on a graphics driver's framebuffer is one.)
 * Source: Linux, sound/core/control.c, pcm_native.c, timer.c: try_module_get().
 */
#include "core/cleanup.h"

/*
 * The references to the driver of a sound function among FUNCTIONS, if all functions that it drives are among
 * them; RET_MODULE is the driver's module, to be freed. 0: none, or nothing can be said.
 */
unsigned sound_references(char **ret_module, const char *root, char *const *functions);
