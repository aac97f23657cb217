/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/label.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* How many bytes the character at C has, as RFC 3629 has it; 0: it is none that may be shown. */
static size_t character(const unsigned char *c) {
        static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
        size_t length = *c < 0x80 ? 1 : *c >> 5 == 6 ? 2 : *c >> 4 == 14 ? 3 : *c >> 3 == 30 ? 4 : 0;
        uint32_t code = length > 1 ? *c & (0x7fu >> length) : *c;

        for (size_t i = 1; i < length; i++) {
                if (c[i] >> 6 != 2) /* the end of the string too */
                        return 0;
                code = code << 6 | (c[i] & 0x3f);
        }
        if (length == 0 || code < least[length] || code > 0x10ffff || code >> 11 == 0xd800 >> 11)
                return 0;
        return code < 0x20 || (code >= 0x7f && code < 0xa0) ? 0 : length;
}

void label_clean(char *text) {
        while (*text) {
                size_t length = character((const unsigned char *)text);

                if (length == 0)
                        *text = '?';
                text += length > 0 ? length : 1;
        }
}
