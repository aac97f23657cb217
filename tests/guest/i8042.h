/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/i8042: the PS/2 controller, which hands bytes to the keyboard's and the mouse's decoder. */
#include <stdbool.h>
#include <stdint.h>

/* Sets up controller, keyboard and mouse. A machine without one is fine: then nothing ever arrives. */
void i8042_init(void);

/* Delivers what has arrived. */
void i8042_poll(void);

void i8042_write_keyboard(uint8_t byte);

/* Sends BYTE to the mouse and waits for its acknowledgement; while setting up only. */
bool i8042_mouse_command(uint8_t byte);

/* Waits for a byte of the answer, 0xff if none comes; while setting up only. */
uint8_t i8042_read(void);
