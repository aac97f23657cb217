/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/tray/tray: an icon in the desktop's tray, as org.kde.StatusNotifierItem, with a menu. It is registered
 * with whoever owns org.kde.StatusNotifierWatcher, again when that comes back; while there is nobody, nothing
 * is looked at and nothing told. A click at the icon toggles the input, and where that is not possible is
 * refused: desktops then open the menu.
 *
 * The connection to the session bus is its own, since an icon only goes when its connection does.
 *
 * Threads: the loop's. Source: Status Notifier Item Specification 0.1, with the names that KDE gave it, which
 * are those that desktops have.
 */
#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "core/tray/view.h"

struct tray;

/* Neither is called before tray_new() has returned. */
struct tray_handlers {
        void (*look)(struct tray_facts *ret, void *userdata);
        /* ENTRY_TOGGLE, or one after it, is chosen and enabled. */
        void (*on_choice)(enum tray_entry_id id, void *userdata);
};

/* HANDLERS must outlive it. -errno of a session bus that is not there. */
int tray_new(struct tray **ret, sd_event *loop, const struct tray_handlers *handlers, void *userdata);
struct tray *tray_free(struct tray *tray);
DEFINE_CLEANUP(struct tray, tray_free);

/* What look() says may be something else now. */
void tray_changed(struct tray *tray);
