/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/profile-internal: what a profile may say, for profile.c, which reads one. Nobody else includes
 * this.
 */
#include "core/ini.h"
#include "switcher/profile.h"

/* ini_option.kind */
enum profile_kind {
        PROFILE_PLAIN,
        PROFILE_HOOK, /* its program has to be there and root's own */
};

/* Offsets are those of struct profile. */
extern const struct ini_table profile_table;
