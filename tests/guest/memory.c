/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest/memory: string instructions, because an emulator runs them far cheaper than a loop of byte moves. */
#include "guest/memory.h"

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
        void *target = to;
        size_t words = length / 4, bytes = length % 4;
        __asm__ volatile("rep movsl" : "+D"(target), "+S"(from), "+c"(words) : : "memory");
        __asm__ volatile("rep movsb" : "+D"(target), "+S"(from), "+c"(bytes) : : "memory");
        return to;
}

void *memset(void *to, int byte, size_t length) {
        void *target = to;
        __asm__ volatile("rep stosb" : "+D"(target), "+c"(length) : "a"(byte) : "memory");
        return to;
}

size_t strlen(const char *text) {
        const char *end = text;
        while (*end)
                end++;
        return (size_t)(end - text);
}

bool text_equal(const char *a, const char *b) {
        while (*a && *a == *b) {
                a++;
                b++;
        }
        return *a == *b;
}
