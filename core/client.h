/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/client: the other end of org.pillion1, for `pillion`. Blocks, as a command line may. Threads: one.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "core/cleanup.h"

/* One property as it came: a string, a boolean or a number. */
struct client_value {
        char part[16];   /* "manager", "input", "audio" */
        char name[40];   /* in lower case with dashes: "libvirt-connected" */
        char type;       /* 's', 'b' or 'n' */
        char *text;      /* of a string, else NULL */
        uint64_t number; /* of a number or boolean */
};

struct client_status {
        struct client_value *values;
        size_t n;
};

/* All properties. Negative errno, with ERROR set if the bus said more. */
int client_read(sd_bus *bus, struct client_status *ret, sd_bus_error *error);
void client_status_done(struct client_status *status);

/* "" or 0 for a property that is not there: an older daemon. */
const char *client_text(const struct client_status *status, const char *part, const char *name);
uint64_t client_number(const struct client_status *status, const char *part, const char *name);

/* Whether ERROR means that there is no pilliond to talk to, and none could be started. */
bool client_daemon_is_absent(const sd_bus_error *error);

void client_print_table(const struct client_status *status);
void client_print_json(const struct client_status *status);
