/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/sink: one uinput device that a guest opens as its keyboard or its mouse. It has the same abilities
 * whatever is plugged in, so it never needs to be made anew while the guest runs; and it is in systemd's
 * store (core/fdstore), so that neither does it when pilliond ends and comes back.
 *
 * Threads: the loop's.
 */
#include <stdbool.h>
#include <stddef.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "core/fdstore.h"
#include "input/codes.h"
#include "input/opener.h"
#include "input/router.h"

#define SINK_GUEST_MAX 60 /* so that the device's name fits into uinput's 80 bytes */

struct sink;

/* The guest has switched a light (LED_*) on or off. */
typedef void (*sink_led_fn)(uint16_t code, bool on, void *userdata);

/* Writes to NAME the part of device names that stands for GUEST: [A-Za-z0-9._-] as it is, the rest as '_'. */
void sink_guest_name(char name[SINK_GUEST_MAX + 1], const char *guest);
/* Writes the path, under /dev/input/by-id, that a domain names. */
void sink_link(char *buf, size_t size, enum sink_kind kind, const char *guest);

/* What sinks are made with, all borrowed. */
struct sink_tools {
        sd_event *loop;
        struct opener *opener;
        struct fdstore *store;
};

/* Makes the device and puts it into the store. -ENOENT, -ENODEV: the kernel has no uinput; -EACCES,
 * -EINPROGRESS: as opener_open() says. */
int sink_new(struct sink **ret, const struct sink_tools *tools, enum sink_kind kind, const char *guest);
/* The device that an earlier process has put into the store as NAME, with every key released that was still
 * down. -EINVAL: not a sink's name; -ENOENT and others: not there, or of no use any more. */
int sink_restore(struct sink **ret, const struct sink_tools *tools, const char *name);

/* Closes it. Without a store to live on in, the device is gone. */
struct sink *sink_free(struct sink *sink);
DEFINE_CLEANUP(struct sink, sink_free);
/* Removes the device from the store as well. Not while QEMU has it: see sink_is_read(). */
struct sink *sink_destroy(struct sink *sink);

/* Tells lights to ON_LED, NULL: to nobody, as at first. */
void sink_listen(struct sink *sink, sink_led_fn on_led, void *userdata);

/* Whether it is GUEST's KIND of sink. Guests whose names become the same in devices share them. */
bool sink_is_for(const struct sink *sink, enum sink_kind kind, const char *guest);
/* The "phys" attribute by which udev's rules and our own discovery know the device. */
const char *sink_phys(const struct sink *sink);
/* Whether udev's link exists and leads to this very device. */
bool sink_linked(struct sink *sink);
/* udev has finished with it. */
void sink_announced(struct sink *sink);

/*
 * 1: somebody has grabbed the device, as QEMU does for as long as it has it, or it cannot be told; 0: nobody
 * has, such as a guest that was started before the device was made; -EINPROGRESS: not known yet, for the
 * opener has been asked to let us look.
 */
int sink_is_read(struct sink *sink);
/* The opener is ready. True: what sink_is_read() says may have changed. */
bool sink_retry(struct sink *sink);

/* Writes one frame. Does not block; the kernel does not say whether the reader's queue overflowed. */
int sink_write(struct sink *sink, const struct router_value *values, size_t n);
