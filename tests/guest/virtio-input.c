/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/virtio-input: the event queue of a modern (1.0) virtio-input function and nothing else: no LEDs, no
 * device configuration, no interrupt, since a level-triggered PCI line would need a real handler. QEMU looks
 * for free buffers when it has an event, so the queue need not be notified either.
 */
#include <stddef.h>

#include "guest/io.h"
#include "guest/paging.h"
#include "guest/pci.h"
#include "guest/say.h"
#include "guest/virtio-input.h"

#define INPUT_ID               0x10521af4u
#define CAPABILITIES           0x34
#define VENDOR_CAPABILITY      0x09
#define COMMON_CONFIGURATION   1
#define ACKNOWLEDGE_AND_DRIVER 0x03
#define FEATURES_OK            0x08
#define DRIVER_OK              0x04
#define DEVICE_WRITES          2 /* descriptor flag */
#define NO_INTERRUPT           1 /* available ring flag */
#define SLOTS                  32u
#define DEVICES_MAX            8

struct common {
        uint32_t device_select, device_features, driver_select, driver_features;
        uint16_t vector, queues;
        uint8_t status, generation;
        uint16_t queue_select, queue_size, queue_vector, queue_enable, notify_offset;
        uint32_t descriptors[2], available[2], used[2];
};

_Static_assert(offsetof(struct common, used) == 48, "the specification's layout");

struct event {
        uint16_t type, code;
        uint32_t value;
};

struct device {
        struct {
                uint64_t address;
                uint32_t length;
                uint16_t flags, next;
        } descriptors[SLOTS] __attribute__((aligned(16)));
        struct {
                uint16_t flags, index, ring[SLOTS];
        } available;
        struct {
                uint16_t flags, index;
                struct {
                        uint32_t id, length;
                } ring[SLOTS];
        } used __attribute__((aligned(4)));
        struct event events[SLOTS];
        uint16_t seen;
};

static volatile struct device devices[DEVICES_MAX];
static unsigned count;

bool virtio_input_matches(uint32_t id) {
        return id == INPUT_ID;
}

bool virtio_input_present(void) {
        return count > 0;
}

/* The common configuration, or NULL if FUNCTION has none that can be reached. */
static volatile struct common *find_common(uint32_t function) {
        uint32_t at = pci_read(function, CAPABILITIES) & 0xfc;
        while (at) {
                uint32_t head = pci_read(function, at);
                if ((head & 0xff) == VENDOR_CAPABILITY && head >> 24 == COMMON_CONFIGURATION) {
                        struct pci_bar bar = pci_bar(function, pci_read(function, at + 4) & 7);
                        uint32_t offset = pci_read(function, at + 8);
                        return bar.size ? paging_map(bar.address + offset, sizeof(struct common)) : NULL;
                }
                at = head >> 8 & 0xfc;
        }
        return NULL;
}

static void give_all_slots(volatile struct device *device) {
        for (uint16_t i = 0; i < SLOTS; i++) {
                device->descriptors[i].address = (uint32_t)&device->events[i];
                device->descriptors[i].length = sizeof(struct event);
                device->descriptors[i].flags = DEVICE_WRITES;
                device->available.ring[i] = i;
        }
        device->available.flags = NO_INTERRUPT;
        device->available.index = SLOTS;
}

static void start_queue(volatile struct common *common, const volatile struct device *device) {
        common->queue_select = 0;
        common->queue_size = SLOTS;
        common->descriptors[0] = (uint32_t)&device->descriptors;
        common->descriptors[1] = 0;
        common->available[0] = (uint32_t)&device->available;
        common->available[1] = 0;
        common->used[0] = (uint32_t)&device->used;
        common->used[1] = 0;
        common->queue_enable = 1;
}

void virtio_input_add(uint32_t function) {
        volatile struct common *common = count < DEVICES_MAX ? find_common(function) : NULL;
        if (!common) {
                say("virtio-input " PCI_FORMAT " unusable", PCI_ARGUMENTS(function));
                return;
        }
        pci_enable(function, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
        common->status = 0;
        common->status = ACKNOWLEDGE_AND_DRIVER;
        common->driver_select = 0;
        common->driver_features = 0;
        common->driver_select = 1;
        common->driver_features = 1; /* VIRTIO_F_VERSION_1, bit 32 */
        common->status = ACKNOWLEDGE_AND_DRIVER | FEATURES_OK;
        give_all_slots(&devices[count]);
        start_queue(common, &devices[count]);
        common->status = ACKNOWLEDGE_AND_DRIVER | FEATURES_OK | DRIVER_OK;
        count++;
        say("virtio-input " PCI_FORMAT, PCI_ARGUMENTS(function));
}

static void report(uint16_t type, uint16_t code, int value) {
        static const char *const key_states[] = { "release", "press", "repeat" };
        if (type == 1 && (unsigned)value < 3)
                say("virtio key %u %s", code, key_states[value]);
        else if (type == 2 || type == 3)
                say("virtio %s %u %d", type == 2 ? "rel" : "abs", code, value);
}

static void poll_device(volatile struct device *device) {
        while (device->seen != device->used.index) {
                uint32_t slot = device->used.ring[device->seen++ % SLOTS].id % SLOTS;
                volatile struct event *event = &device->events[slot];
                report(event->type, event->code, (int)event->value);
                device->available.ring[device->available.index % SLOTS] = (uint16_t)slot;
                compiler_barrier();
                device->available.index++;
        }
}

void virtio_input_poll(void) {
        for (unsigned i = 0; i < count; i++)
                poll_device(&devices[i]);
}
