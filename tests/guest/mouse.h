/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/mouse: PS/2 packets to `mouse move DX DY`, `mouse button NAME press|release`, `mouse wheel N`. */
#include <stdint.h>

/* Asks for wheel and five buttons, and settles for what the mouse has. */
void mouse_init(void);
void mouse_byte(uint8_t byte);
