/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/status: what `pillion status` prints of what core/command/client has read. Pure, but for the
 * writing to OUT.
 */
#include <stdbool.h>
#include <stdio.h>

#include "core/command/client.h"

/* For people; with COLOUR in a terminal's. Each line ends with a newline. */
void status_print(FILE *out, const struct client_status *status, bool colour);
/* The sound alone. */
void status_print_audio(FILE *out, const struct client_status *status, bool colour);

/* One object for programs: over many lines, or on a LINE of its own. */
void status_print_json(FILE *out, const struct client_status *status, bool line);

/* TEXT as JSON has it, with its quotes. */
void status_print_json_string(FILE *out, const char *text);
