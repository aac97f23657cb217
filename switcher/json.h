/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/json: what programs say in JSON (RFC 8259), as a tree to be asked. Pure. Numbers stay the text
 * that they were. Everything that is asked accepts NULL, for what was not there.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"

struct json;

/* TEXT whole, but for white space. -EBADMSG: it is none, or deeper than 32; -ENOMEM. */
int json_parse(struct json **ret, const char *text);
struct json *json_free(struct json *json);
DEFINE_CLEANUP(struct json, json_free);

/* A member of an object; of the same name the first. NULL: there is none. Borrowed, as is all below. */
const struct json *json_get(const struct json *json, const char *key);
/* Of an array or an object; of all else 0. */
size_t json_count(const struct json *json);
const struct json *json_at(const struct json *json, size_t i); /* NULL: there are fewer */
/* A member that is a string, a number or a word, as text; else "". */
const char *json_text(const struct json *json, const char *key);
/* A member that is a whole number, or a string that has one; else 0. */
uint64_t json_unsigned(const struct json *json, const char *key);
