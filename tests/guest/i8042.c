/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest/i8042: keyboard in scancode set 1 (by the controller's translation), mouse on the second port. */
#include "guest/i8042.h"
#include "guest/io.h"
#include "guest/keyboard.h"
#include "guest/mouse.h"

#define DATA        0x60
#define CONTROL     0x64 /* status when read, command when written */
#define OUTPUT_FULL 0x01
#define INPUT_FULL  0x02
#define FROM_MOUSE  0x20
#define ABSENT      0xff

#define READ_CONFIGURATION  0x20
#define WRITE_CONFIGURATION 0x60
#define DISABLE_MOUSE       0xa7
#define ENABLE_MOUSE        0xa8
#define DISABLE_KEYBOARD    0xad
#define ENABLE_KEYBOARD     0xae
#define TO_MOUSE            0xd4

#define INTERRUPTS 0x03
#define TRANSLATE  0x40

#define ACKNOWLEDGED  0xfa
#define PATIENCE      20000u /* reads of the status port, each of about a microsecond */
#define BYTES_AT_ONCE 256u   /* then the rest of the guest has its turn */

static bool present;

static void write_when_ready(uint16_t port, uint8_t byte) {
        for (unsigned i = 0; i < PATIENCE && (in8(CONTROL) & INPUT_FULL); i++)
                continue;
        out8(port, byte);
}

uint8_t i8042_read(void) {
        for (unsigned i = 0; i < PATIENCE; i++)
                if (in8(CONTROL) & OUTPUT_FULL)
                        return in8(DATA);
        return 0xff;
}

void i8042_write_keyboard(uint8_t byte) {
        if (present)
                write_when_ready(DATA, byte);
}

bool i8042_mouse_command(uint8_t byte) {
        write_when_ready(CONTROL, TO_MOUSE);
        write_when_ready(DATA, byte);
        return i8042_read() == ACKNOWLEDGED;
}

static void discard(void) {
        for (unsigned i = 0; i < BYTES_AT_ONCE && (in8(CONTROL) & OUTPUT_FULL); i++)
                (void)in8(DATA);
}

static void configure(uint8_t set) {
        uint8_t configuration;
        write_when_ready(CONTROL, READ_CONFIGURATION);
        configuration = i8042_read();
        write_when_ready(CONTROL, WRITE_CONFIGURATION);
        write_when_ready(DATA, configuration | set);
}

/* Both ports are off while the controller answers and the keyboard until the mouse has: all use one data
 * port. */
void i8042_init(void) {
        if (in8(CONTROL) == ABSENT)
                return;
        present = true;
        write_when_ready(CONTROL, DISABLE_KEYBOARD);
        write_when_ready(CONTROL, DISABLE_MOUSE);
        discard();
        configure(TRANSLATE | INTERRUPTS);
        write_when_ready(CONTROL, ENABLE_MOUSE);
        mouse_init();
        write_when_ready(CONTROL, ENABLE_KEYBOARD);
        keyboard_init();
}

void i8042_poll(void) {
        for (unsigned i = 0; present && i < BYTES_AT_ONCE; i++) {
                uint8_t from = in8(CONTROL);
                if (!(from & OUTPUT_FULL))
                        return;
                if (from & FROM_MOUSE)
                        mouse_byte(in8(DATA));
                else
                        keyboard_byte(in8(DATA));
        }
}
