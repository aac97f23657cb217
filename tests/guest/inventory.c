/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/inventory: `pci 00:03.0 1af4:1110 class 0500 ivshmem`; the last word only where the class says one.
 */
#include <stddef.h>

#include "guest/inventory.h"
#include "guest/ivshmem.h"
#include "guest/memory.h"
#include "guest/pci.h"
#include "guest/say.h"
#include "guest/virtio-input.h"

#define VIRTIO_VENDOR 0x1af4u

static const struct {
        uint16_t code, mask;
        const char *word;
} classes[] = {
        { 0x0100, 0xff00, "storage" }, { 0x0200, 0xff00, "network" }, { 0x0300, 0xff00, "display" },
        { 0x0401, 0xffff, "audio" },   { 0x0403, 0xffff, "audio" },   { 0x0600, 0xff00, "bridge" },
        { 0x0700, 0xff00, "serial" },  { 0x0900, 0xff00, "input" },   { 0x0c03, 0xffff, "usb" },
        { 0x0c05, 0xffff, "smbus" },
};

#define KNOWN_MAX 64u

static uint32_t known[KNOWN_MAX];
static unsigned count;

static const char *class_word(uint32_t code) {
        for (unsigned i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
                if ((code & classes[i].mask) == classes[i].code)
                        return classes[i].word;
        return "";
}

static const char *word_for(uint32_t id, uint32_t code) {
        const char *word = class_word(code);
        if (ivshmem_matches(id))
                return "ivshmem";
        return *word == '\0' && (id & 0xffff) == VIRTIO_VENDOR ? "virtio" : word;
}

static void report(uint32_t function) {
        uint32_t id = pci_read(function, PCI_ID), code = pci_read(function, PCI_CLASS) >> 16;
        const char *word = word_for(id, code);
        say("pci " PCI_FORMAT " %04x:%04x class %04x%s%s", PCI_ARGUMENTS(function), id & 0xffff, id >> 16,
            code, *word ? " " : "", word);
}

static void adopt(uint32_t function) {
        uint32_t id = pci_read(function, PCI_ID);
        if (count < KNOWN_MAX)
                known[count++] = function;
        if (ivshmem_matches(id))
                ivshmem_add(function);
        else if (virtio_input_matches(id))
                virtio_input_add(function);
}

bool inventory_knows(uint32_t function) {
        for (unsigned i = 0; i < count; i++)
                if (known[i] == function)
                        return true;
        return false;
}

void inventory_add(uint32_t function) {
        report(function);
        adopt(function);
}

void inventory_forget_gone(void) {
        for (unsigned i = count; i-- > 0;)
                if (pci_read(known[i], PCI_ID) == PCI_ABSENT)
                        known[i] = known[--count];
}

void inventory_report(void) {
        pci_scan(report);
        pci_scan(adopt);
        if (!ivshmem_current())
                say("ivshmem none");
}
