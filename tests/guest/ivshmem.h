/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/ivshmem: the shared memory devices of this machine, and the one that the audio driver uses. */
#include <stdbool.h>
#include <stdint.h>

struct ivshmem {
        void *memory;
        uint32_t size;
};

/* True for an ivshmem function. */
bool ivshmem_matches(uint32_t id);

/* Takes FUNCTION into the list and says its line; the first of exactly 2 MiB, or else the first, is used. */
void ivshmem_add(uint32_t function);

/* Uses the first device of exactly MEBIBYTES, which is all that Scream's UseIVSHMEM goes by. */
bool ivshmem_use(uint32_t mebibytes);

/* NULL without a usable device. */
const struct ivshmem *ivshmem_current(void);
