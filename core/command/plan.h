/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/plan: what `pillion plan` shows: how the hardware would be lent to a guest, or given back. As
 * anybody, and without pilliond. It changes nothing.
 */
#include <stdio.h>

/*
 * NAME is a profile's; NULL: that of the configured guest, or the only one that there is. Says on stderr what
 * is wrong. How the command is to end: EXIT_DONE if it was shown, and nothing is in the way.
 */
int plan_command_lend(FILE *out, const char *name);
int plan_command_return(FILE *out);
