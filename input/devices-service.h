/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/devices-service: org.pillion.Devices1 on the system bus. Gives descriptors of input nodes and of
 * /dev/uinput to the pilliond that polkit allows, and does nothing else. Ends the loop when it has had
 * nothing to do for a while and has lent nothing that it may have to take back.
 *
 * Threads: the loop's, which it never blocks: it waits for nobody but the bus itself.
 */
#include <systemd/sd-bus.h>

#include "core/cleanup.h"

struct devices_service;

/* -EEXIST: the name is taken. */
int devices_service_new(struct devices_service **ret, sd_event *loop, sd_bus *bus);
/* Takes back what was lent. */
struct devices_service *devices_service_free(struct devices_service *service);
DEFINE_CLEANUP(struct devices_service, devices_service_free);
