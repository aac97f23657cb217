/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/paging: makes device memory reachable wherever the firmware put it, above 4 GiB too. */
#include <stdint.h>

void paging_init(void);

/* Returns where ADDRESS can be accessed, or NULL when the two gigabytes for such windows are used up. */
void *paging_map(uint64_t address, uint32_t size);
