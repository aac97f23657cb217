/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/port: the guest's end, its keyboard and its pointer, made together. When uinput is missing or may not
 * be opened, it waits for that to change.
 *
 * Threads: the loop's.
 */
#include <stdbool.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "input/opener.h"
#include "input/sink.h"

struct port;

struct port_handlers {
        void (*on_led)(uint16_t code, bool on, void *userdata);
        /* What port_exists(), port_ready(), port_is_read() or port_problem() say may have changed. */
        void (*on_change)(void *userdata);
};

/* No guest's at first. HANDLERS and what is in TOOLS must outlive it. */
int port_new(struct port **ret, const struct sink_tools *tools, const struct port_handlers *handlers,
             void *userdata);
/* The opener is ready: makes the devices unless they are there, and looks whether they are read. */
void port_retry(struct port *port);
/* Closes both devices; in the store they live on. */
struct port *port_free(struct port *port);
DEFINE_CLEANUP(struct port, port_free);

/* Makes the devices for GUEST, or takes those that are there. The ones of the guest before are removed once
 * nobody reads them. NULL: for nobody. -ENOMEM only; what the machine lacks is a problem. */
int port_set_guest(struct port *port, const char *guest);

const char *port_guest(const struct port *port); /* NULL: none */
bool port_exists(const struct port *port);       /* both devices are there */
bool port_ready(const struct port *port);        /* and udev has made their links */

/* udev has finished with one of our devices, known by its phys. */
void port_announced(struct port *port, const char *phys);

void port_write(struct port *port, enum sink_kind kind, const struct router_value *values, size_t n);
/* Whether the guest reads them, as sink_is_read(). */
int port_is_read(const struct port *port);
/* Whether nobody has grabbed either, as far as can be told. */
bool port_is_free(const struct port *port);
/* Whether the devices could not be made; tried again when something changes. */
bool port_failed(const struct port *port);
/* Writes what is missing and what to do about it; false: nothing is. */
bool port_problem(const struct port *port, char *buf, size_t size);
