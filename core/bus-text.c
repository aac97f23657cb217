/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/bus-text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/cleanup.h"

/* How many bytes a character has that begins with C; 0: none does. */
static size_t length_of(unsigned char c) {
        if (c < 0x80)
                return 1;
        if (c >= 0xc2 && c < 0xe0)
                return 2;
        if (c >= 0xe0 && c < 0xf0)
                return 3;
        return c >= 0xf0 && c < 0xf5 ? 4 : 0;
}

/* Not half a one of UTF-16, nor one that stands for none: sd-bus refuses these, too. */
static bool is_character(uint32_t c) {
        return c < 0x110000 && (c & 0xfffff800) != 0xd800 && (c & 0xfffe) != 0xfffe &&
               (c < 0xfdd0 || c > 0xfdef);
}

/* The bytes of the character at TEXT; 0: there is none. CUT: it may be one of which the end is missing. */
static size_t measure(const unsigned char *text, bool *cut) {
        static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
        size_t length = length_of(text[0]);
        uint32_t c = length > 1 ? text[0] & (0x7fu >> length) : text[0];

        for (size_t i = 1; i < length; i++) {
                *cut = text[i] == '\0';
                if ((text[i] & 0xc0) != 0x80)
                        return 0;
                c = c << 6 | (text[i] & 0x3f);
        }
        return length > 0 && c >= least[length] && is_character(c) ? length : 0;
}

char *bus_text(char *text) {
        char *at = text;

        while (*at) {
                bool cut = false;
                size_t length = measure((const unsigned char *)at, &cut);

                if (length == 0)
                        *at = cut ? '\0' : '?';
                at += length > 0 ? length : *at != '\0';
        }
        return text;
}

int bus_text_append(sd_bus_message *message, const char *text) {
        _cleanup_free_ char *copy = strdup(text);

        return copy ? sd_bus_message_append(message, "s", bus_text(copy)) : -ENOMEM;
}

int bus_text_reply_error(sd_bus_message *call, const char *name, const char *text) {
        _cleanup_free_ char *copy = strdup(text);

        return copy ? sd_bus_reply_method_errorf(call, name, "%s", bus_text(copy)) : -ENOMEM;
}
