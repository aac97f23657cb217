/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/keys: a set of key and button codes, laid out as the kernel's own bitmaps so that EVIOCGKEY can fill
 * one directly. Source: linux/input.h, drivers/input/evdev.c (arrays of unsigned long).
 */
#include <stdbool.h>
#include <stddef.h>

#include <linux/input.h>

#define KEYS_WORD_BITS (8 * sizeof(unsigned long))
#define KEYS_WORDS     (KEY_CNT / KEYS_WORD_BITS)

struct keys {
        unsigned long words[KEYS_WORDS];
};

static inline bool keys_has(const struct keys *keys, unsigned code) {
        return code < KEY_CNT && keys->words[code / KEYS_WORD_BITS] >> code % KEYS_WORD_BITS & 1;
}

static inline void keys_set(struct keys *keys, unsigned code, bool value) {
        unsigned long bit = 1UL << code % KEYS_WORD_BITS;

        if (value)
                keys->words[code / KEYS_WORD_BITS] |= bit;
        else
                keys->words[code / KEYS_WORD_BITS] &= ~bit;
}

static inline bool keys_empty(const struct keys *keys) {
        for (size_t i = 0; i < KEYS_WORDS; i++)
                if (keys->words[i])
                        return false;
        return true;
}

static inline void keys_add(struct keys *keys, const struct keys *more) {
        for (size_t i = 0; i < KEYS_WORDS; i++)
                keys->words[i] |= more->words[i];
}
