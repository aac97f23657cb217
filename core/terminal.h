/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/terminal: what may be written to a stream so that people read it well. Asks the environment (TERM,
 * NO_COLOR), changes nothing. Threads: any, while nobody calls setenv(3). Source: https://no-color.org.
 */
#include <stdbool.h>
#include <stdio.h>

/* Whether OUT is a terminal whose cursor can be moved. */
bool terminal_is(FILE *out);
/* And may be coloured: not with NO_COLOR set to something. */
bool terminal_wants_colour(FILE *out);
