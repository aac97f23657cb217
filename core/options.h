/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/options: the one table of what pillion.conf may say. Pure; constant.
 */
#include "core/config.h"
#include "core/ini.h"

/* Offsets are those of struct config, or of struct config_hotkey in the section HOTKEY_SECTION; kinds those
 * of enum config_kind. */
extern const struct ini_table options_table;

#define HOTKEY_PREFIX  "hotkey "
#define HOTKEY_SECTION HOTKEY_PREFIX "NAME"
