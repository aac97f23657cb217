/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/devices-screen: what polkit's rules cannot see for themselves. ROOT is "" or, for tests, a folder
 * that stands for /. Threads: any. Source: sd_seat_get_active(3).
 */
#include <stdbool.h>
#include <sys/types.h>

#define DEVICES_LENDING "/var/lib/pillion"     /* pillion-switch has its journal here while a loan is open */
#define DEVICES_RUN     "/run/pillion-devices" /* systemd makes it, and keeps it until the next boot */

/*
 * This machine has lent its only GPU: a loan is open, no GPU is left to the host, and nobody has an active
 * session at any seat. Not so if that cannot be found out.
 */
bool devices_screen_is_lent(const char *root);

/* Remembers who was given something last; without the folder, nobody. */
void devices_screen_note(const char *root, uid_t uid);
/* Whether that is UID: who was at the screen is who goes on without it. */
bool devices_screen_was_of(const char *root, uid_t uid);
