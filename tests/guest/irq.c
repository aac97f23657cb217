/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/irq: everything runs with interrupts off except inside cpu_wait(), so no code here or elsewhere needs
 * a lock. Only the edge-triggered ISA lines that may end a sleep are open: timer, keyboard, serial port,
 * mouse.
 */
#include "guest/io.h"
#include "guest/irq.h"
#include "guest/say.h"
#include "guest/serial.h"

#define MASTER       0x20
#define SLAVE        0xa0
#define FIRST_VECTOR 32
#define VECTORS      48

#define TIMER_LINE    0
#define KEYBOARD_LINE 1
#define CASCADE_LINE  2
#define SERIAL_LINE   4
#define MOUSE_LINE    12

struct gate {
        uint16_t offset_low, selector, flags, offset_high;
};

struct __attribute__((packed)) table_register {
        uint16_t limit;
        uint32_t base;
};

extern const uint32_t irq_entries[VECTORS];

static struct gate gates[VECTORS];

static void load_gates(void) {
        struct table_register table = { sizeof(gates) - 1, (uint32_t)gates };
        for (unsigned i = 0; i < VECTORS; i++)
                gates[i] = (struct gate){
                        .offset_low = (uint16_t)irq_entries[i],
                        .selector = 0x08,
                        .flags = 0x8e00, /* present, 32-bit interrupt gate */
                        .offset_high = (uint16_t)(irq_entries[i] >> 16),
                };
        __asm__ volatile("lidt %0" : : "m"(table));
}

static void start_controller(uint16_t port, uint8_t vector, uint8_t cascade, uint8_t mask) {
        out8(port, 0x11);
        out8(port + 1, vector);
        out8(port + 1, cascade);
        out8(port + 1, 0x01);
        out8(port + 1, mask);
}

void irq_init(void) {
        unsigned open = 1u << TIMER_LINE | 1u << KEYBOARD_LINE | 1u << CASCADE_LINE | 1u << SERIAL_LINE |
                        1u << MOUSE_LINE;
        load_gates();
        start_controller(MASTER, FIRST_VECTOR, 1u << CASCADE_LINE, (uint8_t)~open);
        start_controller(SLAVE, FIRST_VECTOR + 8, CASCADE_LINE, (uint8_t)(~open >> 8));
}

void irq_fault(uint32_t vector, uint32_t error, uint32_t address) {
        say("fault %u error %x at %08x", vector, error, address);
        serial_drain();
        cpu_stop();
}
