/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/pci: configuration mechanism 1, which every PC has, down from bus 0 through the bridges. The bus
 * numbers and addresses are the firmware's; nothing is assigned here. (guest/hotplug does, later.)
 */
#include <stdbool.h>

#include "guest/io.h"
#include "guest/pci.h"

#define ADDRESS_PORT 0xcf8
#define DATA_PORT    0xcfc
#define HEADER_TYPE  0x0c
#define BUS_NUMBERS  0x18

uint32_t pci_read(uint32_t function, uint32_t offset) {
        out32(ADDRESS_PORT, 0x80000000u | function | offset);
        return in32(DATA_PORT);
}

void pci_write(uint32_t function, uint32_t offset, uint32_t value) {
        out32(ADDRESS_PORT, 0x80000000u | function | offset);
        out32(DATA_PORT, value);
}

/* The upper half is the status register, whose bits are cleared by writing ones: write zeros there. */
static void write_command(uint32_t function, uint32_t command) {
        pci_write(function, PCI_COMMAND, command & 0xffff);
}

void pci_enable(uint32_t function, uint32_t command_bits) {
        write_command(function, pci_read(function, PCI_COMMAND) | command_bits);
}

/* The low 32 bits that the size mask of a BAR leaves fixed; writes ones and restores what was there. */
static uint32_t probe(uint32_t function, uint32_t offset) {
        uint32_t value = pci_read(function, offset), mask;
        pci_write(function, offset, PCI_ABSENT);
        mask = pci_read(function, offset);
        pci_write(function, offset, value);
        return mask;
}

struct pci_bar pci_bar(uint32_t function, unsigned index) {
        uint32_t offset = PCI_BAR(index), low = pci_read(function, offset);
        uint32_t command = pci_read(function, PCI_COMMAND);
        struct pci_bar bar = { .address = low & ~0xfu };
        if (low & 1)
                return (struct pci_bar){ 0 };

        /* Decoding is off meanwhile: the BAR must not cover anything while its address is all ones. */
        write_command(function, command & ~PCI_COMMAND_MEMORY);
        bar.size = 0u - (probe(function, offset) & ~0xfu);
        if ((low & 6) == 4)
                bar.address |= (uint64_t)pci_read(function, offset + 4) << 32;
        write_command(function, command);
        return bar;
}

static void scan_bus(unsigned bus, void (*found)(uint32_t function));

static void visit(uint32_t function, void (*found)(uint32_t function)) {
        uint32_t type = pci_read(function, HEADER_TYPE) >> 16 & 0x7f;
        unsigned secondary;
        found(function);
        if (type != 1)
                return;
        secondary = pci_read(function, BUS_NUMBERS) >> 8 & 0xff;
        if (secondary > PCI_BUS(function)) /* also what ends the recursion */
                scan_bus(secondary, found);
}

static void scan_device(unsigned bus, unsigned device, void (*found)(uint32_t function)) {
        uint32_t first = PCI_FUNCTION(bus, device, 0);
        bool several;
        if (pci_read(first, PCI_ID) == PCI_ABSENT)
                return;
        several = pci_read(first, HEADER_TYPE) >> 23 & 1;
        for (unsigned number = 0; number < (several ? 8 : 1); number++)
                if (pci_read(PCI_FUNCTION(bus, device, number), PCI_ID) != PCI_ABSENT)
                        visit(PCI_FUNCTION(bus, device, number), found);
}

static void scan_bus(unsigned bus, void (*found)(uint32_t function)) {
        for (unsigned device = 0; device < 32; device++)
                scan_device(bus, device, found);
}

void pci_scan(void (*found)(uint32_t function)) {
        scan_bus(0, found);
}
