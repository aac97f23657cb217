/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/sessions: the graphical sessions that a display manager has begun, greeters among them, as logind
 * has them. One that is closing has lost its screen, and is none. Source: org.freedesktop.login1(5).
 */
#include <stdbool.h>
#include <stdint.h>

#include "switcher/units.h"
#include "switcher/words.h"

/*
 * Adds the numbers of the sessions on a seat that UNIT has begun, as "session", to those that are there: once
 * it is stopped, nobody can tell any more. No logind, no sessions.
 */
int sessions_find(struct units *units, const char *unit, struct words *sessions);
/* Waits until none of them is left. -ETIMEDOUT: one is, and the problem names it and who it is of. */
int sessions_await_end(struct units *units, const struct words *sessions, uint64_t usec);
/* Has logind end all that are left. */
int sessions_terminate(struct units *units, const struct words *sessions);
