/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/ride/lingering: while hardware is lent the user's services must outlive her session, which a restart
 * of the display manager ends. logind keeps them for who lingers; who does not, is made to for as long as it
 * takes. That it was us is put down in a file that outlives a crash and a reboot, so that what we have begun
 * is ended and nothing else.
 *
 * Nothing here waits, and nothing of it can fail in a way that stops a ride: it is said. Threads: the loop's.
 * Source: org.freedesktop.login1(5), loginctl(1).
 */
#include <stdbool.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct lingering;

/*
 * FOLDER: where it is put down, made if it has to be; NULL: $XDG_STATE_HOME/pillion, or what stands for it.
 * -ENOMEM only: without logind nothing is done.
 */
int lingering_new(struct lingering **ret, sd_event *loop, const char *folder);
struct lingering *lingering_free(struct lingering *lingering);
DEFINE_CLEANUP(struct lingering, lingering_free);

/* Whether the user's services are to stay from now on, for as long as this is said. Say it as often as you
 * like. */
void lingering_want(struct lingering *lingering, bool wanted);
