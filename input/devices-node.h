/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* input/devices-node: opens what pillion-devices may give, and looks at who asks. */
#include <systemd/sd-bus.h>

#include "input/devices-judge.h"

/*
 * Opens PATH for UID, for reading and writing, not blocking. What is judged is what was opened, and nothing
 * is opened for use before it was judged. Puts all nodes there are on DESK, which has the list. 0 (VERDICT
 * says whether to take it back), -EPERM (VERDICT says why), or -errno of open(2).
 */
int devices_open_event(const char *path, unsigned uid, struct desk *desk, int *ret,
                       enum devices_verdict *verdict);
/* 0, or -errno of open(2): -ENOENT, -ENODEV: the kernel has no uinput. */
int devices_open_uinput(int *ret);

/* Who has sent CALL; UNIT is written to BUF. Asks the bus itself, which answers at once. */
int devices_look_at_caller(sd_bus_message *call, struct devices_caller *ret, char *buf, size_t size);
