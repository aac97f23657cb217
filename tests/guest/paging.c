/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/paging: PAE with 2 MiB pages. Firmware may well put a 64-bit BAR beyond what 32 bits can address;
 * moving the BAR would mean finding free space in every bridge window above it, mapping it does not. Layout:
 * the first GiB is mapped to itself (our image, the low memory), the second and third hold windows, the
 * fourth faults.
 */
#include <stddef.h>

#include "guest/paging.h"

#define PAGE_SIZE     0x200000u
#define PAGES_PER_GIB 512u
#define PRESENT       0x1u
#define WRITABLE      0x2u
#define LARGE         0x80u
#define FIRST_WINDOW  PAGES_PER_GIB
#define PAGES         (3 * PAGES_PER_GIB)

static uint64_t directories[PAGES] __attribute__((aligned(4096)));
static uint64_t pointers[4] __attribute__((aligned(32)));
static unsigned next_page = FIRST_WINDOW;

static void flush(void) {
        __asm__ volatile("mov %0, %%cr3" : : "r"(pointers) : "memory");
}

void paging_init(void) {
        uint32_t control;
        for (unsigned i = 0; i < PAGES_PER_GIB; i++)
                directories[i] = (uint64_t)i * PAGE_SIZE | PRESENT | WRITABLE | LARGE;
        for (unsigned i = 0; i < 3; i++)
                pointers[i] = (uint32_t)&directories[i * PAGES_PER_GIB] | PRESENT;
        flush();
        __asm__ volatile("mov %%cr4, %0; or $0x20, %0; mov %0, %%cr4" : "=r"(control));       /* PAE */
        __asm__ volatile("mov %%cr0, %0; or $0x80000000, %0; mov %0, %%cr0" : "=r"(control)); /* PG */
}

void *paging_map(uint64_t address, uint32_t size) {
        uint64_t page = address & ~(uint64_t)(PAGE_SIZE - 1);
        uint32_t within = (uint32_t)(address - page);
        uint32_t count = (uint32_t)(((uint64_t)size + within + PAGE_SIZE - 1) / PAGE_SIZE);
        uint32_t start = next_page;
        if (count > PAGES - next_page)
                return NULL;
        for (uint32_t i = 0; i < count; i++)
                directories[next_page++] = (page + (uint64_t)i * PAGE_SIZE) | PRESENT | WRITABLE | LARGE;
        flush();
        return (void *)(start * PAGE_SIZE + within);
}
