/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/client: the other end of org.pillion1, for `pillion`. Blocks, as a command line may. Threads:
 * one.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "core/cleanup.h"

/* One property as it came: a string, a list of strings, a boolean, a number or a signed number. */
struct client_value {
        char part[16];   /* "manager", "input", "audio" */
        char name[40];   /* in lower case with dashes: "libvirt-connected" */
        char type;       /* 's', 'a', 'b', 'n' or 'i' */
        char *text;      /* of a string; of a list, each one with a newline after it; else NULL */
        uint64_t number; /* of a number or boolean; of an 'i' as int64_t */
};

struct client_status {
        struct client_value *values;
        size_t n;
};

/* The interfaces that have properties, by the last word of their names; NULL-terminated. */
extern const char *const client_parts[];

/*
 * All properties of PARTS (NULL-terminated). What is of a type that we do not know is left out. Negative
 * errno, with ERROR set if the bus said more.
 */
int client_read(sd_bus *bus, struct client_status *ret, const char *const parts[], sd_bus_error *error);
void client_status_done(struct client_status *status);

/*
 * The same without waiting: ON_REPLY gets the answer for one part, to be appended to a status by
 * client_read_reply(). With START the bus starts pilliond if it has to.
 */
int client_request(sd_bus *bus, const char *part, bool start, sd_bus_message_handler_t on_reply,
                   void *userdata);
int client_read_reply(sd_bus_message *reply, const char *part, struct client_status *status);

/* An older daemon has not all properties; the other functions then return "" or 0. */
bool client_has(const struct client_status *status, const char *part, const char *name);
const char *client_text(const struct client_status *status, const char *part, const char *name);
uint64_t client_number(const struct client_status *status, const char *part, const char *name);
int64_t client_signed(const struct client_status *status, const char *part, const char *name);

/* Whether ERROR means that there is no pilliond to talk to, and none could be started. */
bool client_daemon_is_absent(const sd_bus_error *error);
