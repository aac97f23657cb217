/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/options: the one table of what pillion.conf may say. Pure; constant.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/config.h"

struct option {
        const char *section;
        const char *key;
        /* Into the field of struct config at OFFSET; -EINVAL or -ERANGE leaves it alone. */
        int (*parse)(const char *text, void *field);
        size_t offset;        /* or of struct config_hotkey, if the section is HOTKEY_SECTION */
        const char *fallback; /* NULL: unset */
        const char *form;     /* what would be right: "it takes ..." */
        const char *help;
        enum config_kind kind; /* what else has to be checked */
};

/* A section of which there may be many, each with a name of its own. */
#define HOTKEY_PREFIX  "hotkey "
#define HOTKEY_SECTION HOTKEY_PREFIX "NAME"

/* Whether SECTION is such a one. */
bool option_is_hotkey(const char *section);

extern const struct option options[];
extern const size_t n_options;
