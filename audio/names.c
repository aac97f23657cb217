/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audio/names.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Length of the well-formed, printable character at TEXT; 0 if there is none. */
static size_t character_length(const char *text) {
        const uint8_t *p = (const uint8_t *)text;
        static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
        size_t len = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;
        uint32_t point;

        if (len == 0)
                return 0;
        if (len == 1)
                return p[0] >= 0x20 && p[0] != 0x7f;
        point = p[0] & (0x7fu >> len);
        for (size_t i = 1; i < len; i++) {
                if (p[i] >> 6 != 2)
                        return 0;
                point = point << 6 | (p[i] & 0x3fu);
        }
        if (point < smallest[len] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000) || point < 0xa0)
                return 0;
        return len;
}

void names_display(char *ret, size_t size, const char *guest) {
        size_t done = 0;

        for (const char *p = guest; *p;) {
                size_t len = character_length(p);
                size_t out = len > 0 ? len : 1;

                if (done + out >= size)
                        break;
                if (len > 0)
                        memcpy(ret + done, p, len);
                else
                        ret[done] = '_';
                done += out;
                p += out;
        }
        ret[done] = '\0';
        if (done == 0)
                snprintf(ret, size, "guest");
}

static bool is_plain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || c == '_';
}

void names_node(char *ret, size_t size, const char *guest) {
        snprintf(ret, size, "pillion.%s", guest[0] ? guest : "guest");
        for (char *p = ret; *p; p++)
                if (!is_plain(*p))
                        *p = '_';
}
