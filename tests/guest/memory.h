/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/memory: the few string functions; the compiler emits calls to the mem* ones by itself. */
#include <stdbool.h>
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memset(void *to, int byte, size_t length);
size_t strlen(const char *text);
bool text_equal(const char *a, const char *b);
