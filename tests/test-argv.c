/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/argv.h"

#include <errno.h>

#include "tests/test.h"

static void test_words(void) {
        static const struct {
                const char *text;
                const char *argv[6];
        } cases[] = {
                { "true", { "true" } },
                { "  true \t", { "true" } },
                { "grim -g area  shot.png", { "grim", "-g", "area", "shot.png" } },
                { "say 'two words' \"and two\"", { "say", "two words", "and two" } },
                { "say a'b c'\"d e\"f", { "say", "ab cd ef" } },
                { "say '' \"\"", { "say", "", "" } },
                { "say a\\ b \\'c\\\\ \\\"", { "say", "a b", "'c\\", "\"" } },
                { "say \"a\\\"b\\\\c\\d\" 'e\\f'", { "say", "a\"b\\c\\d", "e\\f" } },
                { "~/bin/x ~ ~/y", { "/home/u/bin/x", "/home/u", "/home/u/y" } },
                { "x a~ '~' \\~ ~bob a/~/b", { "x", "a~", "~", "~", "~bob", "a/~/b" } },
                { "x $HOME *.c a|b >f;g", { "x", "$HOME", "*.c", "a|b", ">f;g" } },
        };

        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                _cleanup_(argv_freep) char **argv = NULL;
                size_t error, n = 0;

                CHECK_EQ(argv_split(&argv, cases[i].text, "/home/u", &error), 0);
                for (; n < 6 && cases[i].argv[n]; n++)
                        CHECK_STR(argv[n], cases[i].argv[n]);
                CHECK(!argv[n]);
        }
}

static void test_without_home(void) {
        _cleanup_(argv_freep) char **argv = NULL;
        size_t error;

        CHECK_EQ(argv_split(&argv, "~/x", NULL, &error), 0);
        CHECK_STR(argv[0], "~/x");
}

static void test_copy(void) {
        _cleanup_(argv_freep) char **argv = NULL, **copy = NULL;
        size_t error;

        CHECK_EQ(argv_split(&argv, "say so", NULL, &error), 0);
        CHECK_EQ(argv_copy(&copy, argv), 0);
        CHECK_STR(copy[0], "say");
        CHECK_STR(copy[1], "so");
        CHECK(copy[0] != argv[0] && !copy[2]);
        copy = argv_free(copy);
        CHECK_EQ(argv_copy(&copy, NULL), 0);
        CHECK(!copy);
}

/* Words as short, and homes as many, as they can be. */
static void test_sizes(void) {
        _cleanup_(argv_freep) char **argv = NULL;
        size_t error;

        CHECK_EQ(argv_split(&argv, "~ ~ ~ ~ ~", "/a/rather/long/home/folder", &error), 0);
        for (int i = 0; i < 5; i++)
                CHECK_STR(argv[i], "/a/rather/long/home/folder");
        CHECK(!argv[5]);
}

static void test_mistakes(void) {
        static const struct {
                const char *text;
                size_t error;
                const char *says;
        } cases[] = {
                { "", 0, "no program" },           { " \t ", 3, "no program" },
                { "'' x", 4, "no program" },       { "say 'so", 4, "not closed" },
                { "say a\"b c", 5, "not closed" }, { "say \"a\\\"", 4, "not closed" },
                { "say \"a\\", 4, "not closed" },  { "say \\", 4, "backslash" },
        };

        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                char **argv = NULL;
                size_t error = 99;

                CHECK_EQ(argv_split(&argv, cases[i].text, "/home/u", &error), -EINVAL);
                CHECK(!argv);
                CHECK_EQ(error, cases[i].error);
                CHECK(strstr(argv_mistake(cases[i].text, error), cases[i].says));
        }
}

int main(void) {
        test_words();
        test_without_home();
        test_copy();
        test_sizes();
        test_mistakes();
        return 0;
}
