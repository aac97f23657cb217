/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest/ivshmem: BAR 2 of 1af4:1110 is the shared memory; its registers and interrupts (BAR 0, 1) are not
 * used. */
#include <stddef.h>

#include "guest/ivshmem.h"
#include "guest/paging.h"
#include "guest/pci.h"
#include "guest/say.h"

#define IVSHMEM_ID      0x11101af4u
#define DEVICES_MAX     8
#define USUAL_MEBIBYTES 2u

static struct ivshmem devices[DEVICES_MAX];
static unsigned count;
static const struct ivshmem *current;

bool ivshmem_matches(uint32_t id) {
        return id == IVSHMEM_ID;
}

const struct ivshmem *ivshmem_current(void) {
        return current;
}

bool ivshmem_use(uint32_t mebibytes) {
        for (unsigned i = 0; i < count; i++)
                if (devices[i].size == mebibytes << 20) {
                        current = &devices[i];
                        return true;
                }
        return false;
}

void ivshmem_add(uint32_t function) {
        struct pci_bar bar = pci_bar(function, 2);
        void *memory = bar.address && bar.size ? paging_map(bar.address, bar.size) : NULL;
        if (!memory || count == DEVICES_MAX) {
                say("ivshmem " PCI_FORMAT " bar2 unusable", PCI_ARGUMENTS(function));
                return;
        }
        pci_enable(function, PCI_COMMAND_MEMORY);
        devices[count++] = (struct ivshmem){ .memory = memory, .size = bar.size };
        say("ivshmem " PCI_FORMAT " bar2 0x%llx size %u", PCI_ARGUMENTS(function),
            (unsigned long long)bar.address, bar.size);
        if (!ivshmem_use(USUAL_MEBIBYTES))
                current = &devices[0];
}
