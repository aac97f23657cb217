/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/tray/menu: the menu of the icon in the tray, as com.canonical.dbusmenu. An entry's number is its place
 * in struct tray_view plus one, for ever; 0 is the menu itself. One that is not there is left out of the
 * layout. Whoever asks for what there is not gets an error.
 *
 * Threads: the loop's. Source: com.canonical.dbusmenu, version 3, as libdbusmenu has it.
 */
#include <systemd/sd-bus.h>

#include "core/cleanup.h"
#include "core/tray/view.h"

struct tray_menu;

/* ID, which is there and enabled, was clicked. */
typedef void (*tray_menu_click_fn)(enum tray_entry_id id, void *userdata);

/* BUS and PATH are borrowed; nothing is in the menu yet. */
int tray_menu_new(struct tray_menu **ret, sd_bus *bus, const char *path, tray_menu_click_fn on_click,
                  void *userdata);
struct tray_menu *tray_menu_free(struct tray_menu *menu);
DEFINE_CLEANUP(struct tray_menu, tray_menu_free);

/* Takes the entries of VIEW, and tells what of them has changed. */
void tray_menu_show(struct tray_menu *menu, const struct tray_view *view);
