/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/bus: what the commands that talk to pilliond have in common. Whatever goes wrong is said on
 * stderr, with what to do next. Blocks, as a command line may. Threads: one.
 */
#include <systemd/sd-bus.h>

#include "core/cleanup.h"
#include "core/command/commands.h"

static inline sd_bus *bus_close(sd_bus *bus) {
        return sd_bus_flush_close_unref(bus);
}
DEFINE_CLEANUP(sd_bus, bus_close);

/* EXIT_DONE, or how the command is to end, which has been explained. */
int command_open_bus(sd_bus **ret);

/* Says why a call failed; how the command is to end. R is what it returned. Frees ERROR. */
int command_explain(sd_bus_error *error, int r);

/* Runs PRINT on the bus; it prints something that pilliond says. How the command is to end. */
int command_print_with(int (*print)(sd_bus *bus, sd_bus_error *error));

/* METHOD of org.pillion1.PART, waited for as long as it takes, and its answer thrown away; TYPES and what
 * follows as for sd_bus_call_method(). How the command is to end. */
int command_call(const char *part, const char *method, const char *types, ...);
