/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/logs: `pillion logs`: what all parts of pillion have told the journal, the user's and the
 * system's, and what systemd has told it of their units. Needs no pilliond.
 */
#include <stdbool.h>

/*
 * Becomes journalctl. GUEST: of the loans those by its profile alone; NULL: all. FOLLOW: go on with what
 * comes; BOOT: since this boot alone. How the command is to end if it does not, which has been said.
 */
int logs_command(const char *guest, bool follow, bool boot);

/* Whether the system's journal is there, and not ours to read. ROOT is "" but in tests. */
bool logs_are_hidden(const char *root);
