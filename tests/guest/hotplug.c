/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/hotplug: what an operating system's ACPI would do, looked at when told to rather than on an
 * interrupt. A function that comes has no addresses: the firmware is long gone. It is given some out of the
 * window that the firmware left open at the port above it; a port has one device, so nothing else is in
 * there.
 *
 * Source: QEMU's docs/specs/acpi_pci_hotplug.rst; hw/acpi/ich9.c for the base.
 */
#include <stdbool.h>

#include "guest/hotplug.h"
#include "guest/inventory.h"
#include "guest/io.h"
#include "guest/pci.h"

#define HOTPLUG_PORT   0xcc0
#define DOWN           0x4 /* slots to be let go of, a bit each */
#define EJECT          0x8
#define SELECT         0x10
#define BUSES_MAX      32u
#define MEMORY_WINDOW  0x20
#define FETCH_WINDOW   0x24
#define FETCH_BASE     0x28
#define FETCH_LIMIT    0x2c
#define HEADER_TYPE    0x0c
#define BUS_NUMBERS    0x18
#define BARS           6u
#define BAR_IS_64_BITS 4u
#define BAR_PREFETCHES 8u

struct window {
        uint64_t next, limit;
};

static uint32_t ports[256]; /* the bridge above each bus; 0: none */
static struct window memory, fetch;

static void let_go(void) {
        for (uint32_t bus = 0; bus < BUSES_MAX; bus++) {
                uint32_t down;
                out32(HOTPLUG_PORT + SELECT, bus);
                down = in32(HOTPLUG_PORT + DOWN);
                if (down)
                        out32(HOTPLUG_PORT + EJECT, down);
        }
}

static void read_windows(uint32_t port) {
        uint32_t plain = pci_read(port, MEMORY_WINDOW), prefetch = pci_read(port, FETCH_WINDOW);
        memory.next = (uint64_t)(plain & 0xfff0) << 16;
        memory.limit = plain | 0xfffff;
        fetch.next = (uint64_t)pci_read(port, FETCH_BASE) << 32 | (uint64_t)(prefetch & 0xfff0) << 16;
        fetch.limit = (uint64_t)pci_read(port, FETCH_LIMIT) << 32 | (prefetch | 0xfffff);
}

/* False: it does not fit. */
static bool take(struct window *window, uint32_t size, uint64_t *ret) {
        uint64_t start = (window->next + size - 1) & ~(uint64_t)(size - 1);
        if (start + size - 1 > window->limit)
                return false;
        window->next = start + size;
        *ret = start;
        return true;
}

static void give_addresses(uint32_t function) {
        for (unsigned i = 0; i < BARS; i++) {
                uint32_t kind = pci_read(function, PCI_BAR(i));
                struct pci_bar bar = pci_bar(function, i);
                uint64_t address;
                if (bar.size == 0)
                        continue;
                if ((kind & BAR_PREFETCHES && take(&fetch, bar.size, &address)) ||
                    take(&memory, bar.size, &address)) {
                        pci_write(function, PCI_BAR(i), (uint32_t)address);
                        if (kind & BAR_IS_64_BITS)
                                pci_write(function, PCI_BAR(i + 1), (uint32_t)(address >> 32));
                }
                if (kind & BAR_IS_64_BITS)
                        i++;
        }
}

static void look_at(uint32_t function) {
        uint32_t port = ports[PCI_BUS(function)];
        if ((pci_read(function, HEADER_TYPE) >> 16 & 0x7f) == 1) {
                ports[pci_read(function, BUS_NUMBERS) >> 8 & 0xff] = function;
                return;
        }
        if (inventory_knows(function) || !port)
                return;
        read_windows(port);
        pci_enable(port, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
        give_addresses(function);
        inventory_add(function);
}

void hotplug_rescan(void) {
        let_go();
        inventory_forget_gone();
        pci_scan(look_at);
}
