/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/io: the machine instructions that C has no words for. */
#include <stdint.h>

static inline void out8(uint16_t port, uint8_t value) {
        __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void out16(uint16_t port, uint16_t value) {
        __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void out32(uint16_t port, uint32_t value) {
        __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t in8(uint16_t port) {
        uint8_t value;
        __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
        return value;
}

static inline uint16_t in16(uint16_t port) {
        uint16_t value;
        __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
        return value;
}

static inline uint32_t in32(uint16_t port) {
        uint32_t value;
        __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
        return value;
}

static inline uint64_t cpu_cycles(void) {
        uint64_t value;
        __asm__ volatile("rdtsc" : "=A"(value));
        return value;
}

/* Sleeps until an interrupt. Interrupts are accepted here and nowhere else: one that came earlier is still
 * pending in the controller and ends the hlt at once, so nothing can be slept through. */
static inline void cpu_wait(void) {
        __asm__ volatile("sti; hlt; cli" : : : "memory");
}

static inline void cpu_stop(void) {
        for (;;)
                __asm__ volatile("cli; hlt" : : : "memory");
}

/* Keeps the compiler from moving memory accesses across; x86 itself keeps stores in order. */
static inline void compiler_barrier(void) {
        __asm__ volatile("" : : : "memory");
}

/* N / DIVISOR without the compiler's run-time library, which a freestanding image does not have. */
static inline uint64_t divide(uint64_t n, uint32_t divisor, uint32_t *ret_remainder) {
        uint32_t high = (uint32_t)(n >> 32), low, rest = high % divisor;
        __asm__("divl %4" : "=a"(low), "=d"(rest) : "0"((uint32_t)n), "1"(rest), "rm"(divisor));
        *ret_remainder = rest;
        return ((uint64_t)(high / divisor) << 32) | low;
}
