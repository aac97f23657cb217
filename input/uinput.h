/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/uinput: a device that is made rather than plugged in, by its descriptor of /dev/uinput. It lives
 * until the last copy of that is closed, in whichever process. Source: linux/uinput.h,
 * drivers/input/misc/uinput.c.
 */
#include <stddef.h>
#include <stdint.h>

#include "input/keys.h"

#define UINPUT "/dev/uinput" /* opened by input/opener; -ENOENT, -ENODEV: the kernel has no uinput */

/* CODES of event TYPE, a list that ends with -1, by the REQUEST for that type (UI_SET_*BIT). */
int uinput_declare(int fd, int type, unsigned long request, const int *codes);
int uinput_declare_keys(int fd, const struct keys *keys);

/* Makes the device. PHYS is what udev's rules and our own discovery know it by. */
int uinput_create(int fd, const char *name, const char *phys, uint16_t product);

/* Writes "inputN", the device's name in /sys; -ENOENT, -ENOTTY: FD is no device. */
int uinput_sysname(int fd, char *buf, size_t size);
/* Writes "/dev/input/eventN" of the device SYSNAME; -ENOENT. */
int uinput_node(const char *sysname, char *buf, size_t size);

/* Releases whichever of KEYS are down: the kernel drops the release of one that is not. */
int uinput_release(int fd, const struct keys *keys);
