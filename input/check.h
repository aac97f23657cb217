/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* input/check: what this folder has to say of an option's text. Pure. */
#include <stddef.h>

#include "core/config.h"

/* 0 if TEXT is right for an option of KIND: a chord (input/chord.h), a hotkey's keys (input/hotkey.h), a list
 * of devices (input/selector.h). Negative: WHY may say what is wrong. */
int input_check(enum config_kind kind, const char *text, char *why, size_t size);
