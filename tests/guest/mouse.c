/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/mouse: a packet has 3 bytes, or 4 once the mouse has been talked into being an IntelliMouse by
 * Microsoft's sequences of sample rates. Directions are Linux': dy grows downwards, a wheel turned away from
 * the user is +1.
 */
#include <stdbool.h>

#include "guest/i8042.h"
#include "guest/mouse.h"
#include "guest/say.h"

#define SET_RATE     0xf3
#define GET_ID       0xf2
#define ENABLE       0xf4
#define SET_DEFAULTS 0xf6
#define ALWAYS_ONE   0x08 /* in the first byte of every packet */
#define ID_WHEEL     3
#define ID_EXPLORER  4
#define BUTTONS      5

static uint8_t identity;
static uint8_t packet[4];
static unsigned filled;
static unsigned buttons;

static void set_rate(uint8_t rate) {
        i8042_mouse_command(SET_RATE);
        i8042_mouse_command(rate);
}

static uint8_t knock(uint8_t first, uint8_t second, uint8_t third) {
        set_rate(first);
        set_rate(second);
        set_rate(third);
        i8042_mouse_command(GET_ID);
        return i8042_read();
}

void mouse_init(void) {
        if (!i8042_mouse_command(SET_DEFAULTS))
                return;
        identity = knock(200, 100, 80);
        if (identity == ID_WHEEL)
                identity = knock(200, 200, 80);
        set_rate(100);
        i8042_mouse_command(ENABLE);
}

static void report_buttons(unsigned now) {
        static const char *const names[BUTTONS] = { "left", "right", "middle", "side", "extra" };
        for (unsigned i = 0; i < BUTTONS; i++)
                if ((now ^ buttons) >> i & 1)
                        say("mouse button %s %s", names[i], now >> i & 1 ? "press" : "release");
        buttons = now;
}

static void report(void) {
        int dx = packet[1] - (packet[0] & 0x10 ? 256 : 0);
        int dy = packet[2] - (packet[0] & 0x20 ? 256 : 0);
        unsigned pressed = packet[0] & 7;
        int wheel = 0;
        if (identity == ID_EXPLORER) {
                pressed |= (unsigned)(packet[3] >> 4 & 3) << 3;
                wheel = (packet[3] & 0x0f) - (packet[3] & 0x08 ? 16 : 0);
        } else if (identity == ID_WHEEL)
                wheel = (int8_t)packet[3];

        if (dx || dy)
                say("mouse move %d %d", dx, -dy);
        if (wheel)
                say("mouse wheel %d", -wheel);
        report_buttons(pressed);
}

void mouse_byte(uint8_t byte) {
        bool long_packet = identity == ID_WHEEL || identity == ID_EXPLORER;
        if (filled == 0 && !(byte & ALWAYS_ONE))
                return; /* out of step: wait for what can be a beginning */
        packet[filled++] = byte;
        if (filled < (long_packet ? 4 : 3))
                return;
        filled = 0;
        report();
}
