/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/init: what `pillion init` does: drafts a profile for a guest from its definition and from what
 * there is on this machine. As anybody; only root can write it where it belongs.
 */
#include <stdbool.h>
#include <stdio.h>

/*
 * Prints it to OUT, or, with WRITE, puts it into /etc/pillion, where it never takes another's place. Says on
 * stderr what is wrong, and what was written. How the command is to end.
 */
int init_command(FILE *out, const char *domain, bool write);
