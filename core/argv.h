/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/argv: a command line cut into words as a shell would cut it, without the shell. Pure.
 *
 * Blanks separate words. Between '' all is kept as it is, between "" all but \" and \\; a backslash elsewhere
 * keeps the next character. '~' alone or before '/' at a word's start, unquoted, is the home folder. Nothing
 * else means anything: no variables, no patterns, no pipes.
 */
#include <stddef.h>

#include "core/cleanup.h"

/*
 * HOME may be NULL: '~' is then itself. -EINVAL: no program is named, a quote is not closed, or a backslash
 * ends the text; *RET_ERROR is where, in bytes from the start, and may be told by argv_mistake().
 */
int argv_split(char ***ret, const char *text, const char *home, size_t *ret_error);
char **argv_free(char **argv); /* NULL-terminated, as are its words */
DEFINE_CLEANUP(char *, argv_free);

/* What is wrong at ERROR, in a few words. */
const char *argv_mistake(const char *text, size_t error);

/* -ENOMEM leaves *RET alone. NULL is copied as NULL. */
int argv_copy(char ***ret, char *const *argv);
