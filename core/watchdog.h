/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/watchdog: has systemd end a pilliond whose loop hangs, upon which the kernel gives the keyboard back.
 *
 * What WatchdogSec= says is kept to only while it matters. Otherwise ten times as long is allowed: a machine
 * that goes to sleep or swaps stalls everybody for longer, the clock by which systemd measures runs on, and a
 * daemon that holds nothing had better live. It is fed every quarter of either, so that a stall of less than
 * two thirds never kills, and one of more than all of it always does.
 *
 * Threads: the loop's. Source: sd_notify(3), WATCHDOG_USEC=.
 */
#include <stdbool.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct watchdog;

/* Does nothing where systemd does not watch. Begins when the loop runs. */
int watchdog_new(struct watchdog **ret, sd_event *loop);
struct watchdog *watchdog_free(struct watchdog *watchdog);
DEFINE_CLEANUP(struct watchdog, watchdog_free);

/* CLOSELY: what is held now, nobody else can have. */
void watchdog_watch(struct watchdog *watchdog, bool closely);
