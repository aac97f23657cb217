/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* input/devices: what pillion-devices and its caller call each other by. */

#define DEVICES_NAME  "org.pillion.Devices1"
#define DEVICES_PATH  "/org/pillion/Devices1"
#define DEVICES_IFACE "org.pillion.Devices1"

#define DEVICES_ACTION "org.pillion.devices.open" /* polkit's */
#define DEVICES_UNIT   "pilliond.service"         /* of the user's systemd: who may call */
#define DEVICES_UINPUT "/dev/uinput"

/* The uid whose pilliond made a device for a guest: how the "phys" of that device begins. */
#define DEVICES_OWN_PHYS "pillion/%u/"

#define DEVICES_ERROR_NO_SUCH_NODE   "org.pillion.Devices1.Error.NoSuchNode"
#define DEVICES_ERROR_NOT_CONFIGURED "org.pillion.Devices1.Error.NotConfigured"
#define DEVICES_ERROR_NOT_PILLIOND   "org.pillion.Devices1.Error.NotPilliond"
#define DEVICES_ERROR_NOT_AUTHORIZED "org.pillion.Devices1.Error.NotAuthorized"
#define DEVICES_ERROR_CONFIGURATION  "org.pillion.Devices1.Error.Configuration"
#define DEVICES_ERROR_FAILED         "org.pillion.Devices1.Error.Failed"
/* The service was about to end: the same call made again starts it anew. */
#define DEVICES_ERROR_ENDING "org.pillion.Devices1.Error.Ending"
