/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/words: a handful of named texts, in order: what a step is told, and what it has seen. Goes into
 * the journal and comes back as it was, whatever bytes are in it. Pure.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/cleanup.h"

struct word {
        char *key;   /* a-z and '-' */
        char *value; /* any text */
};

/* Zero-initialised: none. */
struct words {
        struct word *items;
        size_t n;
};

void words_done(struct words *words); /* none are left, so it can be used on */

/* A key may be there more than once. -ENOMEM. */
int words_add(struct words *words, const char *key, const char *value);
__attribute__((format(printf, 3, 4))) int words_addf(struct words *words, const char *key, const char *format,
                                                     ...);
int words_copy(struct words *to, const struct words *from); /* appends; -ENOMEM leaves TO as it was */

/* The first of that name; NULL: none. Borrowed. */
const char *words_get(const struct words *words, const char *key);
bool words_is(const struct words *words, const char *key, const char *value);
/* The values of all of that name, in order, NULL-terminated. They are borrowed, the array is the caller's.
 * NULL: no memory. */
char **words_all(const struct words *words, const char *key);

/* "key=value key=value", with blanks, line breaks, '%' and '=' in values as %XX; "" of none. The caller's. */
char *words_encode(const struct words *words);
/* Appends. -EINVAL: that is not what words_encode() writes. */
int words_decode(struct words *words, const char *text);
