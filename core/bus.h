/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/bus: org.pillion1 on the session bus, object /org/pillion1: what `pillion` and any other program sees.
 *
 *         org.pillion1.Manager  Start(s guest), StartSpice(s guest), Stop(b force), Restart(), Pause(),
 *                               Resume(), Reload(); State, Guest, Loan, Step…
 *         org.pillion1.Input    Switch(s side: host, guest, toggle), ListHotkeys(), WatchKeys(); Side…
 *         org.pillion1.Audio    State, Format, Fill, Underruns, Overruns, Problem…
 *
 * What has the guest do something answers when it has come to that, or has not. Properties change with
 * signals, but for the counters. Each is explained in org.pillion1(5), which a test holds against what is
 * here.
 *
 * There is no polkit here: the session bus lets in nobody but the user, who may do all of this anyway. It
 * stands where the user ends and root begins: before the unit of the loan, and at pillion-devices.
 * Threads: the loop's. Source: sd-bus(3).
 */
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "core/performer.h"
#include "core/ride/ride.h"
#include "core/services.h"

#define BUS_NAME "org.pillion1"
#define BUS_PATH "/org/pillion1"

/* The errors that are ours, as org.pillion1(5) has them. */
#define BUS_ERROR_REFUSED       "org.pillion1.Error.Refused"
#define BUS_ERROR_FAILED        "org.pillion1.Error.Failed"
#define BUS_ERROR_STILL_RUNNING "org.pillion1.Error.StillRunning"
#define BUS_ERROR_CONFIGURATION "org.pillion1.Error.Configuration"

/* How long WatchKeys() shows keys. */
#define BUS_WATCH_KEYS_USEC (60 * 1000000ULL)

struct bus;

/* Reads the configuration again; 0, or -errno with every mistake as lines in REPORT. */
typedef int (*bus_reload_fn)(char *report, size_t size, void *userdata);

/*
 * Takes the name. -EEXIST: another pilliond has it; other errors: there is no session bus. Not logged here.
 */
int bus_new(struct bus **ret, sd_event *loop, bus_reload_fn on_reload, void *userdata);
struct bus *bus_free(struct bus *bus);
DEFINE_CLEANUP(struct bus, bus_free);

/* Shows the object. The parts are borrowed and must outlive the bus. */
int bus_serve(struct bus *bus, struct ride *ride, struct services *services);
/* The hotkeys to speak of from now on; borrowed. NULL: none for the moment. */
void bus_set_performer(struct bus *bus, const struct performer *performer);

/* What input's on_key says. */
void bus_key(struct bus *bus, const char *device, const char *key, bool down);

/* Borrowed: for whoever else has something to say on the session bus. */
sd_bus *bus_connection(struct bus *bus);

/* Tells the changed properties and answers commands whose end has come. */
void bus_changed(struct bus *bus);
