/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/interrupt: SIGINT and SIGTERM as a descriptor that becomes readable, so that whoever waits for
 * something waits for them too. SIGHUP and SIGPIPE are ignored: the terminal that a switch was started from
 * may well go down with the session that the switch ends.
 */
#include <stdbool.h>

#include "core/cleanup.h"

struct interrupt;

/* Blocks both signals in the caller. Before threads are made. */
int interrupt_new(struct interrupt **ret);
struct interrupt *interrupt_free(struct interrupt *interrupt); /* they stay blocked */
DEFINE_CLEANUP(struct interrupt, interrupt_free);

/* For poll(); borrowed. */
int interrupt_fd(const struct interrupt *interrupt);
/* Whether one has come by now; never waits. */
bool interrupt_seen(struct interrupt *interrupt);
/* The next one counts anew. */
void interrupt_forget(struct interrupt *interrupt);
