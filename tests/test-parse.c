/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/parse.h"

#include <errno.h>
#include <stddef.h>

#include "tests/test.h"

static void test_unsigned(void) {
        uint64_t value = 7;

        CHECK_EQ(parse_unsigned("0", 0, 10, &value), 0);
        CHECK_EQ(value, 0);
        CHECK_EQ(parse_unsigned("18446744073709551615", 0, UINT64_MAX, &value), 0);
        CHECK(value == UINT64_MAX);
        value = 7;
        for (size_t i = 0; i < 9; i++) {
                static const char *const bad[] = { "", " 1", "1 ", "-1", "+1", "0x10", "1.5", "one", "1s" };

                CHECK_EQ(parse_unsigned(bad[i], 0, 100, &value), -EINVAL);
        }
        CHECK_EQ(parse_unsigned("11", 0, 10, &value), -ERANGE);
        CHECK_EQ(parse_unsigned("1", 2, 10, &value), -ERANGE);
        CHECK_EQ(parse_unsigned("18446744073709551616", 0, UINT64_MAX, &value), -ERANGE);
        CHECK_EQ(value, 7);
}

static void test_boolean(void) {
        bool value = false;

        CHECK_EQ(parse_boolean("Yes", &value), 0);
        CHECK(value);
        CHECK_EQ(parse_boolean("off", &value), 0);
        CHECK(!value);
        CHECK_EQ(parse_boolean("yes ", &value), -EINVAL);
        CHECK_EQ(parse_boolean("", &value), -EINVAL);
        CHECK_EQ(parse_boolean("2", &value), -EINVAL);
}

static void test_span(void) {
        uint64_t usec = 1;

        CHECK_EQ(parse_span("90", &usec), 0);
        CHECK_EQ(usec, 90000000);
        CHECK_EQ(parse_span("1500ms", &usec), 0);
        CHECK_EQ(usec, 1500000);
        CHECK_EQ(parse_span("2 min", &usec), 0);
        CHECK_EQ(usec, 120000000);
        CHECK_EQ(parse_span("1h", &usec), 0);
        CHECK_EQ(usec, 3600000000);
        CHECK_EQ(parse_span("1d", &usec), -EINVAL);
        CHECK_EQ(parse_span("s", &usec), -EINVAL);
        CHECK_EQ(parse_span("99999999999999999h", &usec), -ERANGE);
        CHECK_EQ(usec, 3600000000);
}

int main(void) {
        test_unsigned();
        test_boolean();
        test_span();
        return 0;
}
