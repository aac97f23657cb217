/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/irq: the interrupt table and the two 8259 controllers; see vectors.S for what an interrupt does. */
#include <stdint.h>

void irq_init(void);

/* The last words of a guest that hit a CPU exception; called by vectors.S only. */
void irq_fault(uint32_t vector, uint32_t error, uint32_t address);
