/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* input/devices-screen: what polkit's rules cannot see for themselves. Source: sd_seat_get_active(3). */
#include <stdbool.h>

#define DEVICES_LENDING "/var/lib/pillion" /* pillion-switch has its journal here while a loan is open */

/*
 * This machine has lent its only GPU: a loan is open, no GPU is left to the host, and nobody has an active
 * session at any seat. ROOT: "" or, for tests, a folder that stands for /.
 */
bool devices_screen_is_lent(const char *root);
