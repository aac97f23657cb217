/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/devices-config: /etc/pillion/devices.conf, where root says what pillion-devices may give. One line
 * counts, which has the form of [input] devices= in pillion.conf:
 *
 *         devices = all-keyboards all-mice
 *
 * and that is also what holds when there is no such file.
 */
#include <stddef.h>

#include "input/desk.h"

#define DEVICES_CONFIG "/etc/pillion/devices.conf"

/* A desk with that list and without nodes. -EINVAL: the file is wrong, or others than root could have written
 * it; or -errno of reading it. WHY is then one line. */
int devices_config_load(const char *path, struct desk **ret, char *why, size_t size);
