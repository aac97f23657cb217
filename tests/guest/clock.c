/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/clock: counting interrupts would drift, because an emulator that falls behind loses some. The PM
 * timer does not: it has 24 bits and wraps every 4.7 s, and the cycle counter, whose rate is known only
 * roughly, tells how many wraps a longer stall of the whole machine has hidden.
 */
#include "guest/clock.h"
#include "guest/io.h"

#define PIT_HZ      1193182u
#define WRAP_BITS   24
#define SAMPLE_BITS 15 /* the cycle counter is calibrated over 2^15 ticks, 9 ms */

static uint16_t timer_port;
static uint32_t last_ticks;
static uint64_t last_cycles;
static uint64_t cycles_per_sample;
static uint32_t milliseconds, fraction;

static uint32_t ticks_since(uint32_t start) {
        return (in32(timer_port) - start) & ((1u << WRAP_BITS) - 1);
}

void clock_init(uint16_t port) {
        timer_port = port;
        last_ticks = in32(port);
        last_cycles = cpu_cycles();
        while (ticks_since(last_ticks) < 1u << SAMPLE_BITS)
                continue;
        cycles_per_sample = cpu_cycles() - last_cycles;
        (void)clock_update();
}

/* The wraps that CYCLES leave room for beyond TICKS, rounded to the nearest. */
static uint64_t hidden_ticks(uint64_t cycles, uint32_t ticks) {
        uint64_t explained = (cycles_per_sample * ticks) >> SAMPLE_BITS;
        uint64_t wrap = cycles_per_sample << (WRAP_BITS - SAMPLE_BITS);
        uint64_t hidden = 0;
        if (wrap == 0 || (int64_t)cycles < 0)
                return 0;
        while (cycles > explained + wrap / 2) {
                hidden += 1u << WRAP_BITS;
                explained += wrap;
        }
        return hidden;
}

static void count_milliseconds(uint64_t ticks) {
        milliseconds += (uint32_t)divide(ticks * 1000 + fraction, CLOCK_HZ, &fraction);
}

uint64_t clock_update(void) {
        uint64_t cycles = cpu_cycles();
        uint32_t ticks = ticks_since(last_ticks);
        uint64_t passed = ticks + hidden_ticks(cycles - last_cycles, ticks);
        last_ticks += ticks;
        last_cycles = cycles;
        count_milliseconds(passed);
        return passed;
}

uint32_t clock_milliseconds(void) {
        return milliseconds;
}

static void load_pit(uint8_t mode, uint32_t count) {
        out8(0x43, mode);
        out8(0x40, (uint8_t)count);
        out8(0x40, (uint8_t)(count >> 8));
}

/* The PIT counts at a third of the PM timer's rate; one more, so that it does not come a little early. */
void clock_wake_in(uint64_t ticks) {
        const uint32_t longest = PIT_HZ / 20;
        uint32_t count = ticks < longest * 3 ? (uint32_t)ticks / 3 + 1 : longest;
        load_pit(0x30, count);
}

void clock_wake_rate(uint32_t hz) {
        load_pit(0x34, PIT_HZ / hz);
}
