/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes to a terminal so that lines are written over where they stand. */
#include "core/command/screen.h"

#include <locale.h>

#include "tests/test.h"

#define BEGIN "\033[?25l\r"
#define END   "\033[J\033[?25h"

static void draws(struct screen *screen, const char *text, unsigned columns, unsigned rows,
                  const char *bytes) {
        char *drawn = screen_draw(screen, text, columns, rows);

        CHECK_STR(drawn, bytes);
        free(drawn);
}

static void test_over_itself(void) {
        struct screen screen = { 0 };

        draws(&screen, "one\ntwo\n", 80, 24, BEGIN "\033[Kone\r\n\033[Ktwo\r\n" END);
        draws(&screen, "three\n", 80, 24, BEGIN "\033[2A\033[Kthree\r\n" END);
        draws(&screen, "four\n", 80, 24, BEGIN "\033[1A\033[Kfour\r\n" END);
        screen_forget(&screen);
        draws(&screen, "five\n", 80, 24, BEGIN "\033[Kfive\r\n" END);
}

static void test_folding(void) {
        struct screen screen = { 0 };

        /* Exactly as wide as the terminal is one row. */
        draws(&screen, "0123456789\n", 10, 24, BEGIN "\033[K0123456789\r\n" END);
        draws(&screen, "01234 56789\n", 10, 24, BEGIN "\033[1A\033[K01234\r\n\033[K56789\r\n" END);
        draws(&screen, "0123456789a\n", 10, 24, BEGIN "\033[2A\033[K0123456789\r\n\033[Ka\r\n" END);
        /* A colour has no width, an indentation is no place to fold, and what follows stands under the text.
         */
        screen_forget(&screen);
        draws(&screen, "          \033[33m!\033[m a rather long sentence, no less\n", 36, 24,
              BEGIN "\033[K          \033[33m!\033[m a rather long sentence,\r\n"
                    "\033[K            no less\r\n" END);
        CHECK_EQ(screen.widths[0], 35);
        CHECK_EQ(screen.widths[1], 19);
}

/* Lines that were drawn on a wider terminal have been folded by it. */
static void test_resize(void) {
        struct screen screen = { 0 };

        draws(&screen, "0123456789\n", 80, 24, BEGIN "\033[K0123456789\r\n" END);
        draws(&screen, "x\n", 4, 24, BEGIN "\033[3A\033[Kx\r\n" END);
}

static void test_small(void) {
        struct screen screen = { 0 };

        draws(&screen, "1\n2\n3\n", 80, 3, BEGIN "\033[K1\r\n\033[K2\r\n" END);
        draws(&screen, "1\n2\n", 80, 2, BEGIN "\033[1A\033[K1\r\n" END);
        draws(&screen, "", 0, 0, BEGIN "\033[1A" END);
}

static void test_wide(void) {
        struct screen screen = { 0 };

        if (!setlocale(LC_CTYPE, "C.UTF-8"))
                test_skip("there is no locale C.UTF-8");
        draws(&screen, "größer\n", 6, 24, BEGIN "\033[Kgrößer\r\n" END);
        draws(&screen, "日本語\n", 4, 24, BEGIN "\033[2A\033[K日本\r\n\033[K語\r\n" END);
        draws(&screen, "\xff\xff\n", 4, 24, BEGIN "\033[2A\033[K\xff\xff\r\n" END);
}

int main(void) {
        test_over_itself();
        test_folding();
        test_resize();
        test_small();
        test_wide();
        return 0;
}
