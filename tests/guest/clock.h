/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/clock: guest time from the ACPI PM timer; the PIT only wakes the CPU and never measures anything. */
#include <stdint.h>

#define CLOCK_HZ 3579545u /* the rate of clock_update()'s ticks */

/* Takes the PM timer at PORT; needs about ten milliseconds to compare it with the CPU's cycle counter. */
void clock_init(uint16_t port);

/* Ticks passed since the last call. Exact over any time, provided that every call's result is used. */
uint64_t clock_update(void);

/* Guest time since clock_init(), as of the last clock_update(). */
uint32_t clock_milliseconds(void);

/* End the sleep once in TICKS, 50 ms at most, or regularly HZ (20..1000) times a second. */
void clock_wake_in(uint64_t ticks);
void clock_wake_rate(uint32_t hz);
