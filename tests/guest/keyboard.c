/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/keyboard: decodes scancode set 1. A plain code up to 0x58 is Linux' key number already; the rest is a
 * table. E0 introduces one more byte, E1 two, of which only the pause key makes use. The state of every key
 * is kept: a press of a key that is down already is the keyboard's own repetition.
 */
#include <stdbool.h>

#include "guest/i8042.h"
#include "guest/keyboard.h"
#include "guest/say.h"

#define ENABLE       0xf4
#define SET_LEDS     0xed
#define ACKNOWLEDGED 0xfa
#define RELEASED     0x80
#define SAME_UP_TO   0x58
#define NO_LEDS      0xff

/* Scancode -> key. */
static const uint8_t plain[128] = {
        [0x54] = 99,  [0x59] = 117, [0x5c] = 95,  [0x64] = 183, [0x65] = 184, [0x66] = 185,
        [0x67] = 186, [0x68] = 187, [0x69] = 188, [0x6a] = 189, [0x6b] = 190, [0x6c] = 191,
        [0x6d] = 192, [0x6e] = 193, [0x70] = 93,  [0x71] = 123, [0x72] = 122, [0x73] = 89,
        [0x76] = 194, [0x79] = 92,  [0x7b] = 94,  [0x7d] = 124, [0x7e] = 121,
};

/* The same after E0, without 0x2a and 0x36: shifts that the keyboard invents around other keys. */
static const uint8_t extended[128] = {
        [0x10] = 165, [0x19] = 163, [0x1c] = 96,  [0x1d] = 97,  [0x20] = 113, [0x21] = 140, [0x22] = 164,
        [0x24] = 166, [0x2e] = 114, [0x30] = 115, [0x32] = 172, [0x35] = 98,  [0x37] = 99,  [0x38] = 100,
        [0x46] = 119, [0x47] = 102, [0x48] = 103, [0x49] = 104, [0x4b] = 105, [0x4d] = 106, [0x4f] = 107,
        [0x50] = 108, [0x51] = 109, [0x52] = 110, [0x53] = 111, [0x5b] = 125, [0x5c] = 126, [0x5d] = 127,
        [0x5e] = 116, [0x5f] = 142, [0x63] = 143, [0x65] = 217, [0x66] = 156, [0x67] = 173, [0x68] = 128,
        [0x69] = 159, [0x6a] = 158, [0x6b] = 157, [0x6c] = 155, [0x6d] = 226,
};

#define KEY_PAUSE 119

static bool held[256];
static uint8_t prefix;       /* 0, 0xe0 or 0xe1 */
static unsigned pause_bytes; /* of the two after E1, how many have come */
static uint8_t wanted_leds = NO_LEDS;

void keyboard_init(void) {
        i8042_write_keyboard(ENABLE);
}

/* The keyboard takes the second byte only after it has acknowledged the first: see keyboard_byte(). */
void keyboard_leds(uint8_t leds) {
        wanted_leds = leds & 7;
        i8042_write_keyboard(SET_LEDS);
}

static void report(uint8_t key, bool pressed) {
        const char *what = !pressed ? "release" : held[key] ? "repeat" : "press";
        held[key] = pressed;
        say("key %u %s", key, what);
}

static void decode(uint8_t byte) {
        uint8_t code = byte & 0x7f, key;
        if (prefix == 0xe0)
                key = extended[code];
        else
                key = code <= SAME_UP_TO && !plain[code] ? code : plain[code];

        if (key)
                report(key, !(byte & RELEASED));
        else if (prefix != 0xe0 || (code != 0x2a && code != 0x36))
                say("scancode %02x %02x", prefix, byte);
        prefix = 0;
}

/* E1 1D 45 when it goes down, E1 9D C5 right after; the real key never repeats. */
static void decode_pause(uint8_t byte) {
        if (++pause_bytes < 2)
                return;
        report(KEY_PAUSE, !(byte & RELEASED));
        prefix = 0;
}

static void acknowledge(void) {
        if (wanted_leds == NO_LEDS)
                return;
        i8042_write_keyboard(wanted_leds);
        wanted_leds = NO_LEDS;
}

void keyboard_byte(uint8_t byte) {
        if (byte == ACKNOWLEDGED)
                acknowledge();
        else if (byte == 0xe0 || byte == 0xe1) {
                prefix = byte;
                pause_bytes = 0;
        } else if (prefix == 0xe1)
                decode_pause(byte);
        else
                decode(byte);
}
