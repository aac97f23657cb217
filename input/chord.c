/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A chord has no state of its own: what is held is the router's knowledge, over all keyboards, so a chord may
 * be played on two of them, in any order, and an event that was lost cannot leave half a match behind.
 */
#include "input/chord.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <libevdev/libevdev.h>

#include "core/parse.h"

#define BLANKS " \t"
#define MOUSE  "mouse:"

const struct chord chord_panic = {
        .n = 4,
        .keys = { KEY_LEFTCTRL, KEY_LEFTALT, KEY_LEFTSHIFT, KEY_BACKSPACE },
};

static int code_from_name(const char *prefix, const char *name, size_t len) {
        char full[64];
        size_t n = strlen(prefix);
        int code;

        if (n + len >= sizeof(full))
                return -EINVAL;
        memcpy(full, prefix, n);
        for (size_t i = 0; i < len; i++)
                full[n + i] = (char)toupper((unsigned char)name[i]);
        full[n + len] = 0;
        code = libevdev_event_code_from_name(EV_KEY, full);
        return code > KEY_RESERVED && code < KEY_MAX ? code : -EINVAL;
}

static int code_from_number(const char *digits, size_t len) {
        char text[8] = "";
        uint64_t code;

        if (len >= sizeof(text))
                return -EINVAL;
        memcpy(text, digits, len);
        return parse_unsigned(text, KEY_RESERVED + 1, KEY_MAX - 1, &code) < 0 ? -EINVAL : (int)code;
}

static int parse_key(const char *name, size_t len) {
        static const char *const prefixes[] = { "KEY_", "BTN_", "" };

        if (*name == '%')
                return code_from_number(name + 1, len - 1);
        if (len > strlen(MOUSE) && strncasecmp(name, MOUSE, strlen(MOUSE)) == 0)
                return code_from_name("BTN_", name + strlen(MOUSE), len - strlen(MOUSE));
        for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
                int code = code_from_name(prefixes[i], name, len);

                if (code > 0)
                        return code;
        }
        return -EINVAL;
}

bool chord_has(const struct chord *chord, uint16_t code) {
        for (unsigned i = 0; i < chord->n; i++)
                if (chord->keys[i] == code)
                        return true;
        return false;
}

/* Takes one name off *TEXT, blanks around it included. */
static int next_key(const char **text) {
        const char *name = *text + strspn(*text, BLANKS);
        size_t len = strcspn(name, "+" BLANKS);

        *text = name + len + strspn(name + len, BLANKS);
        return parse_key(name, len);
}

int chord_parse(struct chord *ret, const char *text) {
        struct chord chord = { 0 };

        for (;; text++) {
                int code = next_key(&text);

                if (code < 0 || chord_has(&chord, (uint16_t)code) || chord.n == CHORD_KEYS_MAX)
                        return -EINVAL;
                chord.keys[chord.n++] = (uint16_t)code;
                if (*text != '+')
                        break;
        }
        if (*text)
                return -EINVAL;
        *ret = chord;
        return 0;
}

/* BTN_LEFT to BTN_TASK are a mouse's; other buttons keep the kernel's prefix, as their names may be keys'
 * too. */
void chord_key_name(char *buf, size_t size, uint16_t code) {
        const char *name = libevdev_event_code_get_name(EV_KEY, code);
        bool mouse = code >= BTN_LEFT && code <= BTN_TASK;

        if (!name) {
                snprintf(buf, size, "%%%u", code);
                return;
        }
        if (mouse || strncmp(name, "KEY_", 4) == 0)
                name += 4;
        snprintf(buf, size, "%s%s", mouse ? MOUSE : "", name);
        for (char *c = buf; *c; c++)
                *c = (char)tolower((unsigned char)*c);
}

bool chord_equal(const struct chord *a, const struct chord *b) {
        if (a->n != b->n)
                return false;
        for (unsigned i = 0; i < a->n; i++)
                if (!chord_has(b, a->keys[i]))
                        return false;
        return true;
}

bool chord_held(const struct chord *chord, const struct keys *held) {
        for (unsigned i = 0; i < chord->n; i++)
                if (!keys_has(held, chord->keys[i]))
                        return false;
        return chord->n > 0;
}

bool chord_completed_by(const struct chord *chord, uint16_t code, const struct keys *held) {
        struct keys with = *held;

        if (!chord_has(chord, code))
                return false;
        keys_set(&with, code, true);
        return chord_held(chord, &with);
}
