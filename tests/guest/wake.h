/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/wake: when the timer ends a sleep: for the next chunk, or by Windows' coarse tick if that is
 * imitated. */
#include <stdint.h>

/* Looks at the chunk clock HZ (20..1000) times a second, or with 0 exactly when a chunk is due. 64 is
 * Windows' own tick of 15.6 ms, by which the chunks come 15.6 or 31.2 ms apart. */
void wake_set_tick(uint32_t hz);

/* Sets the timer for the next sleep. */
void wake_prepare(void);
