/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/parse: text to values, strictly: the whole string or nothing. Pure. Each returns 0, or -EINVAL (not of
 * that form) or -ERANGE (outside MIN..MAX), and leaves *RET alone unless it returns 0.
 */
#include <stdbool.h>
#include <stdint.h>

int parse_unsigned(const char *text, uint64_t min, uint64_t max, uint64_t *ret);

/* yes, true, on, 1; no, false, off, 0; any case, as systemd's files take them. */
int parse_boolean(const char *text, bool *ret);

/* "90", "90s", "1500ms", "2min", "1h"; without a unit it is seconds. Result in microseconds. */
int parse_span(const char *text, uint64_t *ret_usec);
