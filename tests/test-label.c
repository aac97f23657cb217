/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/label.h"

#include "tests/test.h"

int main(void) {
        static const struct {
                const char *raw, *clean;
        } cases[] = {
                { "", "" },
                { "Das Keyboard 4", "Das Keyboard 4" },
                { "Z\xc3\xbcrich \xe2\x84\xa2 \xf0\x9f\x96\xae",
                  "Z\xc3\xbcrich \xe2\x84\xa2 \xf0\x9f\x96\xae" },
                { "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
                { "tab\there\nline\x1b[2J\x7f", "tab?here?line?[2J?" },
                { "c1 \xc2\x9b", "c1 ??" },
                { "latin \xfc", "latin ?" },
                { "cut \xe2\x84", "cut ??" },
                { "cut \xf0", "cut ?" },
                { "\xbf alone", "? alone" },
                { "\xc0\xaf overlong", "?? overlong" },
                { "\xe0\x80\xaf too", "??? too" },
                { "\xed\xa0\x80 surrogate", "??? surrogate" },
                { "\xf4\x90\x80\x80 beyond", "???? beyond" },
                { "\xff\xfe", "??" },
        };

        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                char text[64];

                snprintf(text, sizeof(text), "%s", cases[i].raw);
                label_clean(text);
                CHECK_STR(text, cases[i].clean);
        }
        return 0;
}
