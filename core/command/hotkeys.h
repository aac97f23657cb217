/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* core/command/hotkeys: 'pillion hotkeys' and 'pillion keys'. Each returns 0, or negative with ERROR set if
 * the bus said more. */
#include <systemd/sd-bus.h>

/* Prints the configured hotkeys as a table. */
int hotkeys_print(sd_bus *bus, sd_bus_error *error);

/* Prints what is pressed, as it would be configured, until Ctrl+C or for a minute. What is typed meanwhile is
 * not shown by the terminal, and is thrown away. */
int keys_print(sd_bus *bus, sd_bus_error *error);
