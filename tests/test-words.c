/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/words.h"
#include "tests/test.h"

static void test_round_trip(void) {
        _cleanup_(words_done) struct words words = { 0 }, back = { 0 };
        _cleanup_free_ char *text = NULL;

        CHECK(words_add(&words, "driver", "nvidia") == 0);
        CHECK(words_add(&words, "override", "") == 0);
        CHECK(words_addf(&words, "path", "/a b\n%%=%d\x7f\xc3\xa4", 7) == 0);
        text = words_encode(&words);
        CHECK_STR(text, "driver=nvidia override= path=/a%20b%0a%25%3d7%7f\xc3\xa4");
        CHECK(words_decode(&back, text) == 0);
        CHECK(back.n == 3);
        CHECK_STR(words_get(&back, "path"), "/a b\n%=7\x7f\xc3\xa4");
        CHECK(words_is(&back, "override", ""));
        CHECK(!words_is(&back, "overrides", ""));
}

static void test_nothing(void) {
        _cleanup_(words_done) struct words words = { 0 };
        _cleanup_free_ char *text = words_encode(&words);

        CHECK_STR(text, "");
        CHECK(words_decode(&words, "") == 0 && words.n == 0);
        CHECK(!words_get(&words, "driver"));
}

static void test_mistakes(void) {
        static const char *const texts[] = { "driver", "=x",    "a=1  b=2", "a=%",
                                             "a=%0",   "a=%zz", "a=%00",    "a=%4G" };
        _cleanup_(words_done) struct words words = { 0 };

        CHECK(words_add(&words, "had", "1") == 0);
        for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
                CHECK(words_decode(&words, texts[i]) == -EINVAL);
                CHECK(words.n == 1);
        }
}

static void test_the_first_counts(void) {
        _cleanup_(words_done) struct words words = { 0 }, copy = { 0 };

        CHECK(words_decode(&words, "node=a node=b") == 0);
        CHECK_STR(words_get(&words, "node"), "a");
        CHECK(words_copy(&copy, &words) == 0 && copy.n == 2);
        CHECK_STR(copy.items[1].value, "b");
}

static void test_all_of_one_name(void) {
        _cleanup_(words_done) struct words words = { 0 };
        _cleanup_free_ char **all = NULL, **none = NULL;

        CHECK(words_decode(&words, "node=a card=x node=b") == 0);
        all = words_all(&words, "node");
        CHECK_STR(all[0], "a");
        CHECK_STR(all[1], "b");
        CHECK(!all[2]);
        none = words_all(&words, "nodes");
        CHECK(!none[0]);
}

int main(void) {
        test_round_trip();
        test_nothing();
        test_mistakes();
        test_the_first_counts();
        test_all_of_one_name();
        return 0;
}
