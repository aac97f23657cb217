/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/devices-loans: what was given and to whom. A loan ends, and with it the borrower's descriptor works
 * no more, when the borrower leaves the bus, when polkit no longer allows it (asked again whenever a session
 * changes, a loan of pillion-switch's, or the screens that there are), when the same node is lent to the same
 * borrower anew, or with devices_loans_free().
 *
 * Threads: the loop's.
 */
#include <stdbool.h>

#include <systemd/sd-bus.h>

#include "core/cleanup.h"
#include "input/devices-polkit.h"

struct devices_loans;

/* ON_CHANGE: one has ended. */
int devices_loans_new(struct devices_loans **ret, sd_event *loop, sd_bus *bus,
                      void (*on_change)(void *userdata), void *userdata);
struct devices_loans *devices_loans_free(struct devices_loans *loans);
DEFINE_CLEANUP(struct devices_loans, devices_loans_free);

/* Keeps a duplicate of FD, which is BORROWER's from now on, and has polkit asked once more: a session may
 * have changed since it was. -ENXIO: it has left the bus. */
int devices_loans_add(struct devices_loans *loans, const struct devices_borrower *borrower, const char *path,
                      int fd);
bool devices_loans_any(const struct devices_loans *loans);
