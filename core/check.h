/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* core/check: what the parts have to say of an option's text; for config_load(). */
#include <stddef.h>

#include "core/config.h"

/* 0, or negative: WHY, "" at first, may say what is wrong. */
int check_option(enum config_kind kind, const char *text, char *why, size_t size);

/* 0 if TEXT is one key; if it is a chord. */
int check_key(const char *text);
int check_chord(const char *text);

/* What pilliond would be configured by, for `pillion`: mistakes are told on stderr, and the defaults taken
 * instead. NULL: no memory. The caller's. */
struct config *check_load(void);
