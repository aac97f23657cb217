/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/tray/icon: the icon in the desktop's tray joined with what it shows and what a choice in its menu
 * does, if the configuration wants one. Where it cannot be had pilliond goes on without. Threads: the loop's.
 */
#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "core/config.h"
#include "core/ride/ride.h"
#include "core/services.h"

struct icon;

/* The parts are borrowed and must outlive it. -ENOMEM only. */
int icon_new(struct icon **ret, sd_event *loop, const struct config *config, struct ride *ride,
             struct services *services);
struct icon *icon_free(struct icon *icon);
DEFINE_CLEANUP(struct icon, icon_free);

/* -ENOMEM only. */
int icon_configure(struct icon *icon, const struct config *config);

/* The ride's status or the services' has changed. */
void icon_changed(struct icon *icon);
