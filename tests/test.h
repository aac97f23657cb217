/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/test: assertions that print both values and where, then end the program. main() calls the tests in
 * order; a test that cannot run here says why and returns through test_skip().
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define test_fail(...)                                                                                       \
        do {                                                                                                 \
                fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, __func__);                                \
                fprintf(stderr, __VA_ARGS__);                                                                \
                fputc('\n', stderr);                                                                         \
                exit(1);                                                                                     \
        } while (0)

#define CHECK(expr)                                                                                          \
        do {                                                                                                 \
                if (!(expr))                                                                                 \
                        test_fail("%s is false", #expr);                                                     \
        } while (0)

#define CHECK_EQ(a, b)                                                                                       \
        do {                                                                                                 \
                int64_t a_ = (int64_t)(a), b_ = (int64_t)(b);                                                \
                if (a_ != b_)                                                                                \
                        test_fail("%s is %" PRId64 ", not %s = %" PRId64, #a, a_, #b, b_);                   \
        } while (0)

#define CHECK_STR(a, b)                                                                                      \
        do {                                                                                                 \
                const char *a_ = (a), *b_ = (b);                                                             \
                if (!a_ || !b_ || strcmp(a_, b_) != 0)                                                       \
                        test_fail("%s is \"%s\", not \"%s\"", #a, a_ ? a_ : "(null)", b_ ? b_ : "(null)");   \
        } while (0)

/* Automake's convention, which meson follows: 77 is "skipped". */
#define test_skip(...)                                                                                       \
        do {                                                                                                 \
                printf("skipped: ");                                                                         \
                printf(__VA_ARGS__);                                                                         \
                putchar('\n');                                                                               \
                exit(77);                                                                                    \
        } while (0)
