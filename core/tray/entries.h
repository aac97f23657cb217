/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/tray/entries: the entries of the tray's menu as messages hold them. All there is to say of one comes
 * from one place, whoever asks and for whichever part. What a caller sends decides neither how much is said
 * nor how deep: the menu is one level of few entries. Threads: none of its business.
 */
#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "core/tray/view.h"

#define TRAY_ROOT 0 /* the number of the menu itself */

/* Of all N_ENTRIES that are there, whose numbers are their places plus one. */
struct tray_entries {
        struct tray_entry list[N_ENTRIES];
};

/* The one with the number ID; NULL of the menu itself, and of what is not there. */
const struct tray_entry *tray_entries_find(const struct tray_entries *entries, int32_t id);
/* Whether there is such an entry, or it is the menu itself. Only what exists may be appended. */
bool tray_entries_exist(const struct tray_entries *entries, int32_t id);

/* Those below return as sd_bus_message_append() does. NAMES are those of the properties that are wanted;
 * NULL or none: all. */

/* (ia{sv}) */
int tray_entries_append_item(sd_bus_message *message, const struct tray_entries *entries, int32_t id,
                             char **names);
/* (ia{sv}av), with what is below it or without. */
int tray_entries_append_node(sd_bus_message *message, const struct tray_entries *entries, int32_t id,
                             bool children, char **names);
/* v, of the property NAME; -ENOENT: it has no such. */
int tray_entries_append_value(sd_bus_message *message, const struct tray_entries *entries, int32_t id,
                              const char *name);
