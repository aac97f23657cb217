/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/bus-text: text from elsewhere as a bus takes it. A string that is not UTF-8 is refused together with
 * the message that it is in, so that a property, with all others of its interface, is not told, and a call
 * not answered. What comes from libvirt, from a configuration in an older encoding, from the name of a
 * keyboard, or was too long for a buffer, may be one. Threads: none of its business.
 */
#include <systemd/sd-bus.h>

/* Cuts off a character at the end that is not whole, makes '?' of all other bytes that are none. TEXT. */
char *bus_text(char *text);
/* As sd_bus_message_append() of an "s"; TEXT stays as it is. */
int bus_text_append(sd_bus_message *message, const char *text);
/* As sd_bus_reply_method_errorf(). */
int bus_text_reply_error(sd_bus_message *call, const char *name, const char *text);
