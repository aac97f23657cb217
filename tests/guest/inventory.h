/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/inventory: says one line per PCI function, and finds the devices that the guest drives. */
#include <stdbool.h>
#include <stdint.h>

void inventory_report(void);

/* The same for one function that has come since. */
void inventory_add(uint32_t function);
bool inventory_knows(uint32_t function);
void inventory_forget_gone(void);
