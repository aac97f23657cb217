/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/inventory: says one line per PCI function, and finds the devices that the guest drives. */

void inventory_report(void);
