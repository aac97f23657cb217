/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* tests/tools/eyes: what can be seen of an evdev node, printed as pillion-test-input.c says; the exit status.
 */
#include <stdbool.h>

int eyes_watch(const char *path, bool grab);
int eyes_state(const char *path);
int eyes_grabbed(const char *path);
