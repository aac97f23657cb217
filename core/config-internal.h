/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/config-internal: what a configuration is made of, for config.c, which reads one. Nobody else includes
 * this.
 */
#include "core/config.h"

/* All defaults. */
int config_new(struct config **ret);

/* The hotkey NAME, made with its defaults if it is new: then it was first spoken of at PATH:LINE. */
int config_get_hotkey(struct config_hotkey **ret, struct config *config, const char *name, const char *path,
                      int line);
