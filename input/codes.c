/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keyboard has what QEMU's key table covers (1 to 248, KEY_MICMUTE), the pointer the eight mouse buttons.
 *
 * Left out on purpose:
 *         KEY_RIGHTMETA       QEMU's own toggle cannot be switched off, but with grabToggle='meta-meta' and
 *                             no right meta key it cannot happen; the guest gets the left one instead
 *         POWER, SLEEP, ...   logind acts on them wherever they come from, so the guest's sleep key would be
 *                             the host's (systemd#35706)
 */
#include "input/codes.h"

#include <linux/input.h>

static bool acts_on_host(unsigned code) {
        return code == KEY_POWER || code == KEY_SLEEP || code == KEY_WAKEUP || code == KEY_SUSPEND;
}

bool codes_sink_has(enum sink_kind kind, unsigned code) {
        switch (kind) {
        case SINK_KEYBOARD:
                return code >= KEY_ESC && code <= KEY_MICMUTE && code != KEY_RIGHTMETA && !acts_on_host(code);
        case SINK_POINTER:
                return code >= BTN_LEFT && code <= BTN_TASK;
        case SINK_COUNT:
                break;
        }
        return false;
}

/* QEMU's input-linux knows five buttons; these are the names some mice have for the last two. */
static uint16_t known_to_qemu(uint16_t code) {
        switch (code) {
        case BTN_FORWARD:
                return BTN_EXTRA;
        case BTN_BACK:
                return BTN_SIDE;
        default:
                return code;
        }
}

uint16_t codes_for_guest(uint16_t code, enum guest_path path, enum sink_kind *ret_sink) {
        if (path == PATH_EVDEV)
                code = known_to_qemu(code);
        if (code == KEY_RIGHTMETA)
                code = KEY_LEFTMETA;

        for (enum sink_kind kind = SINK_KEYBOARD; kind < SINK_COUNT; kind++)
                if (codes_sink_has(kind, code)) {
                        *ret_sink = kind;
                        return code;
                }
        return 0;
}
