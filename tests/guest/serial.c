/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/serial: the 16550 at COM1. Output goes through a ring that is emptied whenever the transmitter has
 * room, so that a slow or absent reader costs lines (reported as `dropped N lines`) but never time.
 */
#include <stdbool.h>

#include "guest/clock.h"
#include "guest/io.h"
#include "guest/memory.h"
#include "guest/say.h"
#include "guest/serial.h"

#define COM1             0x3f8
#define DATA             (COM1 + 0)
#define INTERRUPT_ENABLE (COM1 + 1)
#define FIFO_CONTROL     (COM1 + 2)
#define LINE_CONTROL     (COM1 + 3)
#define MODEM_CONTROL    (COM1 + 4)
#define LINE_STATUS      (COM1 + 5)

#define RECEIVE_INTERRUPT  0x01
#define TRANSMIT_INTERRUPT 0x02
#define DATA_READY         0x01
#define TRANSMIT_EMPTY     0x20
#define FIFO_DEPTH         16u

#define RING_SIZE 32768u /* a power of two: the free-running counters below wrap with it */

static char ring[RING_SIZE];
static uint32_t queued, sent; /* counters of bytes, not indices: their difference is the fill */
static unsigned dropped;
static bool watching; /* the transmit interrupt is on */

void serial_init(void) {
        out8(INTERRUPT_ENABLE, 0);
        out8(LINE_CONTROL, 0x80); /* DLAB: the next two are the divisor */
        out8(DATA, 1);
        out8(INTERRUPT_ENABLE, 0);
        out8(LINE_CONTROL, 0x03);  /* 8N1 */
        out8(FIFO_CONTROL, 0x07);  /* on, cleared, an interrupt from the first byte */
        out8(MODEM_CONTROL, 0x0b); /* DTR, RTS, OUT2: without OUT2 a PC gets no interrupt */
        out8(INTERRUPT_ENABLE, RECEIVE_INTERRUPT);
}

static void enqueue(const char *bytes, unsigned length) {
        for (unsigned i = 0; i < length; i++)
                ring[queued++ % RING_SIZE] = bytes[i];
        ring[queued++ % RING_SIZE] = '\n';
}

void serial_line(const char *bytes, unsigned length) {
        if (RING_SIZE - (queued - sent) < length + 1)
                dropped++;
        else
                enqueue(bytes, length);
}

static void report_dropped(void) {
        unsigned count = dropped;
        if (count == 0 || queued - sent > RING_SIZE / 2)
                return;
        dropped = 0;
        say("dropped %u lines", count);
}

void serial_send(void) {
        bool more;
        report_dropped();
        while (queued != sent && (in8(LINE_STATUS) & TRANSMIT_EMPTY))
                for (unsigned i = 0; i < FIFO_DEPTH && queued != sent; i++)
                        out8(DATA, (uint8_t)ring[sent++ % RING_SIZE]);

        more = queued != sent;
        if (more != watching)
                out8(INTERRUPT_ENABLE, more ? RECEIVE_INTERRUPT | TRANSMIT_INTERRUPT : RECEIVE_INTERRUPT);
        watching = more;
}

void serial_drain(void) {
        uint32_t start = clock_milliseconds();
        while (queued != sent && clock_milliseconds() - start < 1000) {
                serial_send();
                (void)clock_update();
        }
}

void serial_receive(void (*on_line)(char *line)) {
        static char line[SERIAL_LINE_MAX];
        static unsigned length;
        while (in8(LINE_STATUS) & DATA_READY) {
                char byte = (char)in8(DATA);
                if (byte == '\r')
                        continue;
                if (byte != '\n') {
                        if (length < sizeof(line))
                                line[length++] = byte;
                        continue;
                }
                if (length == sizeof(line))
                        say("error: line too long");
                else {
                        line[length] = '\0';
                        on_line(line);
                }
                length = 0;
        }
}
