/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/fleet: the physical devices. Opens those that the lists name, and feeds their events to the router.
 * Those that follow are all grabbed or none is; those that are always the guest's are grabbed while it is
 * present; those that are always the host's never.
 *
 * Threads: the loop's. No call frees a device whose event is being handled, so all of them may be made from
 * the router's callbacks except fleet_configure() and fleet_free(). Who moves devices says so to the router
 * (router_begin_move()), or a hotkey that ends by the move asks for another one in the middle of it.
 */
#include <stdbool.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "input/desk.h"
#include "input/opener.h"
#include "input/router.h"

struct fleet;

/* The number of devices, or what is wrong with them, has changed. */
typedef void (*fleet_changed_fn)(void *userdata);

/* OPENER and ROUTER must outlive the fleet. */
int fleet_new(struct fleet **ret, sd_event *loop, struct opener *opener, struct router *router,
              fleet_changed_fn on_change, void *userdata);
struct fleet *fleet_free(struct fleet *fleet);
DEFINE_CLEANUP(struct fleet, fleet_free);

/* Closes all devices; a scan by the caller finds the new ones. -EINVAL, -ENOMEM: all stays as it was. */
int fleet_configure(struct fleet *fleet, const struct desk_lists *lists);

/* One whose opening is in progress is passed over: to be found again when the opener is ready. */
void fleet_found(struct fleet *fleet, const struct discovered *found);
void fleet_lost(struct fleet *fleet, const char *path);

/* Grabs all devices that follow and switches the router to the guest, or changes nothing: -ENODEV no keyboard
 * (with mice alone nobody could come back), -EBUSY somebody else has grabbed a device. */
int fleet_take(struct fleet *fleet);
/* Switches the router to the host and ungrabs them. */
void fleet_give_back(struct fleet *fleet);
/* Hands over the devices that are always the guest's, those too that come later, or takes them all back. One
 * that cannot be grabbed is a problem that fleet_problem() knows; PRESENT again tries again. */
void fleet_set_guest_present(struct fleet *fleet, bool present);
/* Whether a device that is always the guest's is grabbed. */
bool fleet_lends(const struct fleet *fleet);
/* Another guest, or the same one anew, has its own lights. */
void fleet_forget_leds(struct fleet *fleet);
/* A light of the guest, for all grabbed keyboards, and for those that are grabbed later. */
void fleet_set_led(struct fleet *fleet, uint16_t code, bool on);

/* ON_KEY hears of every key of every device, whoever gets it; NULL: nobody does. */
void fleet_watch_keys(struct fleet *fleet,
                      void (*on_key)(const char *device, uint16_t code, bool down, void *userdata),
                      void *userdata);

unsigned fleet_keyboards(const struct fleet *fleet);
unsigned fleet_mice(const struct fleet *fleet);
/* As input_each_device() and the roster of struct input_status have them. */
int fleet_each(const struct fleet *fleet, int (*on_device)(const struct input_device *, void *),
               void *userdata);
unsigned fleet_roster(const struct fleet *fleet);
/* Writes what is missing and what to do about it; false: nothing is. */
bool fleet_problem(const struct fleet *fleet, char *buf, size_t size);
