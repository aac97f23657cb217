/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/device: one physical evdev node, read from the moment it is open and grabbed on demand.
 *
 * Threads: the loop's. Handlers run from the device's event source. on_gone may free the device; on_event and
 * on_resync may grab or ungrab it, and then the rest of what was read is thrown away: the bitmap that both
 * functions return is newer.
 */
#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "input/keys.h"
#include "input/opener.h"

struct device;

struct device_handlers {
        /* USEC is CLOCK_MONOTONIC. Only keys arrive while the device is not grabbed; then motion too. */
        void (*on_event)(uint64_t usec, uint16_t type, uint16_t code, int32_t value, void *userdata);
        /* Events were lost; this is what is down now. */
        void (*on_resync)(const struct keys *held, void *userdata);
        /* Unplugged or revoked. Nothing follows. */
        void (*on_gone)(void *userdata);
};

/* Fails as opener_open() does (-EINPROGRESS, -EACCES, -ENODEV), -ENOTTY: PATH is no evdev node. HANDLERS
 * outlive it. */
int device_open(struct device **ret, sd_event *loop, struct opener *opener, const char *path,
                const struct device_handlers *handlers, void *userdata);
struct device *device_free(struct device *device);
DEFINE_CLEANUP(struct device, device_free);

const char *device_path(const struct device *device);
const char *device_name(const struct device *device); /* clean, see input/label.h */
bool device_grabbed(const struct device *device);
/* Whether it reports relative motion: tablets and touchpads, which a desktop also calls mice, do not. */
bool device_moves(const struct device *device);
/* Whether it can play the keys that bring all input home, as every real keyboard can. */
bool device_types(const struct device *device);
/* Opened read-only: keys held while the sides change cannot be released for the host. */
bool device_read_only(const struct device *device);

/* What is down now; drops key events that were not read yet. Nothing if the device is gone. */
void device_held(struct device *device, struct keys *ret);

/* No key stays down for the host (input/takeover). -EBUSY: somebody else has it. RET_HELD is what is down. */
int device_grab(struct device *device, struct keys *ret_held);
/* Gives it back; no action unless grabbed, but RET_HELD is always filled. Takes tens of milliseconds, so with
 * several devices all of them begin before the first one ends (input/ungrab). */
void device_begin_ungrab(struct device *device);
void device_ungrab(struct device *device, struct keys *ret_held);
/* Undoes a grab that the others could not follow: the host hears anew of what is down. */
void device_undo_grab(struct device *device, struct keys *ret_held);

/* Lights CODE (LED_*) for the guest. No action unless grabbed. */
void device_set_led(struct device *device, uint16_t code, bool on);
/* The lights as they were for the host. Only after all keyboards are ungrabbed: with each one, the kernel's
 * console sets the lights of all keyboards that are not grabbed (drivers/tty/vt/keyboard.c, kbd_start). */
void device_restore_leds(struct device *device);
