/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/words: a command line cut into words, and words read as numbers, strictly. */
#include <stdbool.h>
#include <stdint.h>

#define WORDS_MAX 12u

/* Cuts LINE in place. Returns how many words there are; those beyond WORDS_MAX are counted but not stored. */
unsigned words_split(char *line, char *words[WORDS_MAX]);

/* Decimal or 0x hexadecimal, at most LIMIT. */
bool word_number(const char *word, uint32_t limit, uint32_t *ret);

/* The same with an optional sign, -LIMIT to LIMIT. */
bool word_signed(const char *word, uint32_t limit, int *ret);
bool word_switch(const char *word, bool *ret); /* on, off */
bool word_hex_digit(char digit, uint8_t *ret);
