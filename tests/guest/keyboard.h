/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/keyboard: scancodes to `key CODE press|repeat|release`, CODE being Linux' number for the key. */
#include <stdint.h>

void keyboard_init(void);
void keyboard_byte(uint8_t byte);

/* Bit 0 scroll lock, 1 num lock, 2 caps lock. */
void keyboard_leds(uint8_t leds);
