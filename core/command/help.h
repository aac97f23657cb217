/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* core/command/help: the table of commands, as people read it. Pure, but for the writing to OUT. */
#include <stdio.h>

#include "core/command/commands.h"

/* All commands, a line each, and how they end. */
void command_print_usage(FILE *out);
/* "pillion status [--watch] [--json]" and a newline. */
void command_print_synopsis(FILE *out, const struct command *command);
/* One command: its synopsis, what it does, its options. */
void command_print_help(FILE *out, const struct command *command);
/* That there is none of that NAME, and which one may have been meant. */
void command_print_unknown(FILE *out, const char *name);
