/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/pci: configuration space and the walk over every function that the firmware has made reachable. */
#include <stdint.h>

/* A function is named by its configuration address, bus << 16 | device << 11 | function << 8. */
#define PCI_FUNCTION(bus, device, function)                                                                  \
        ((uint32_t)(bus) << 16 | (uint32_t)(device) << 11 | (uint32_t)(function) << 8)
#define PCI_BUS(address)    ((unsigned)((address) >> 16 & 0xff))
#define PCI_DEVICE(address) ((unsigned)((address) >> 11 & 0x1f))
#define PCI_NUMBER(address) ((unsigned)((address) >> 8 & 7))

/* For say(): PCI_FORMAT takes PCI_ARGUMENTS. */
#define PCI_FORMAT             "%02x:%02x.%u"
#define PCI_ARGUMENTS(address) PCI_BUS(address), PCI_DEVICE(address), PCI_NUMBER(address)

#define PCI_ID             0x00 /* device << 16 | vendor */
#define PCI_ABSENT         0xffffffffu
#define PCI_COMMAND        0x04
#define PCI_COMMAND_MEMORY 0x2u
#define PCI_COMMAND_MASTER 0x4u
#define PCI_CLASS          0x08 /* class << 24 | subclass << 16 | ... */
#define PCI_BAR(index)     (0x10u + 4u * (index))

struct pci_bar {
        uint64_t address;
        uint32_t size; /* 0: no memory BAR, or one of 4 GiB and more */
};

uint32_t pci_read(uint32_t function, uint32_t offset);
void pci_write(uint32_t function, uint32_t offset, uint32_t value);
void pci_enable(uint32_t function, uint32_t command_bits);
struct pci_bar pci_bar(uint32_t function, unsigned index);

/* Calls FOUND for each function, parents first, each bus in order. */
void pci_scan(void (*found)(uint32_t function));
