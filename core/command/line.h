/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/line: whether what follows a command is as its line in the table has it, and how to look at it
 * then. Words and flags may be mixed; what begins with a '-' is a flag. Pure, but for the writing to OUT.
 */
#include <stdbool.h>
#include <stdio.h>

#include "core/command/commands.h"

/* False: it is not, and OUT has been told what is wrong, and how it would be right. */
bool command_line_check(const struct command *command, int argc, char *argv[], FILE *out);

/* Of a line that has been checked. */
bool command_has_flag(int argc, char *argv[], const char *flag);
/* What FLAG was given, "" if it was nothing; NULL: there is no such flag. Borrowed from ARGV. */
const char *command_value(int argc, char *argv[], const char *flag);
/* The word at that INDEX, from 0; NULL: there are not as many. Borrowed from ARGV. */
const char *command_word(int argc, char *argv[], unsigned index);
