/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/hotplug: functions that come and go while the machine runs. */

/*
 * Lets go of every function that is to be unplugged, then says and drives those that have come, with
 * addresses that nobody has given them yet.
 */
void hotplug_rescan(void);
