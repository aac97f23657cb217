/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/json.h"

#include "tests/test.h"

static struct json *parse(const char *text) {
        struct json *json = NULL;
        int r = json_parse(&json, text);

        if (r < 0)
                test_fail("'%s' is refused: %s", text, strerror(-r));
        return json;
}

static void test_values(void) {
        struct json *json = parse(" {\"a\": \"x\", \"b\":[1, 2.5e3 ,true,null], \"c\": {\"d\": -1}, \"n\" : "
                                  "12, \"a\":\"y\", \"big\": \"18446744073709551615\"}\n");

        CHECK_STR(json_text(json, "a"), "x");
        CHECK_EQ(json_count(json_get(json, "b")), 4);
        CHECK_STR(json_text(json_get(json, "c"), "d"), "-1");
        CHECK_EQ(json_unsigned(json_get(json, "c"), "d"), 0);
        CHECK_EQ(json_unsigned(json, "n"), 12);
        CHECK(json_unsigned(json, "big") == UINT64_MAX);
        CHECK(json_at(json_get(json, "b"), 3) && !json_at(json_get(json, "b"), 4));
        CHECK(!json_get(json, "nothing") && !json_get(json_get(json, "b"), "a"));
        CHECK_STR(json_text(json, "b"), "");
        CHECK_STR(json_text(NULL, "a"), "");
        CHECK_EQ(json_count(NULL), 0);
        json_free(json);

        json_free(parse("[]"));
        json_free(parse("{}"));
        json_free(parse("\"\""));
}

static void test_strings(void) {
        struct json *json = parse(
                "{\"a\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\", \"b\": \"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"}");

        CHECK_STR(json_text(json, "a"), "\"\\/\b\f\n\r\t");
        CHECK_STR(json_text(json, "b"), "Aé€😀");
        json_free(json);
}

static void test_mistakes(void) {
        static const char *const wrong[] = {
                "",           " ",         "{",           "}",           "{\"a\"}",     "{\"a\":}",
                "{\"a\":1,}", "[1,]",      "[1 2]",       "{a:1}",       "\"",          "\"\\",
                "\"\\x\"",    "\"\\u12\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
                "\"a\nb\"",   "{} {}",     "[",           "[\"a\":1]",   "{\"a\":1",    "{\"a\" 1}",
        };
        char deep[2 * 33 + 1] = "";
        struct json *json = NULL;

        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
                if (json_parse(&json, wrong[i]) != -EBADMSG)
                        test_fail("'%s' is taken", wrong[i]);
        memset(deep, '[', 33);
        memset(deep + 33, ']', 33);
        CHECK_EQ(json_parse(&json, deep), -EBADMSG);
        deep[2 * 33 - 1] = '\0';
        json_free(parse(deep + 1)); /* 32 */
        CHECK(!json);
}

int main(void) {
        test_values();
        test_strings();
        test_mistakes();
        return 0;
}
