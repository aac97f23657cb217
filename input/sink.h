/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/sink: one uinput device that a guest opens as its keyboard or its mouse. It has the same abilities
 * whatever is plugged in, so it never needs to be made anew while the guest runs.
 *
 * Threads: the loop's. The device lives as long as the sink.
 */
#include <stdbool.h>
#include <stddef.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
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

/* -ENOENT, -ENODEV: the kernel has no uinput; -EACCES, -EINPROGRESS: as opener_open() says. */
int sink_new(struct sink **ret, sd_event *loop, struct opener *opener, enum sink_kind kind, const char *guest,
             sink_led_fn on_led, void *userdata);
struct sink *sink_free(struct sink *sink);
DEFINE_CLEANUP(struct sink, sink_free);

/* The "phys" attribute by which udev's rules and our own discovery know the device. */
const char *sink_phys(const struct sink *sink);
/* Whether udev's link exists and leads to this very device. */
bool sink_linked(const struct sink *sink);

/*
 * Whether somebody has grabbed the device, as QEMU does for as long as it has it. A guest that was started
 * before the device was made, by a pilliond that has since died, has not. True too if it cannot be told.
 */
bool sink_is_read(const struct sink *sink);

/* Writes one frame. Does not block; the kernel does not say whether the reader's queue overflowed. */
int sink_write(struct sink *sink, const struct router_value *values, size_t n);
