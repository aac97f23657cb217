/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/parse.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define N_OF(array) (sizeof(array) / sizeof(*(array)))

/* strtoull, without what it is too generous about: leading blanks and signs. */
static int parse_digits(const char *text, uint64_t *ret, const char **ret_end) {
        char *end;
        uint64_t value;

        if (!isdigit((unsigned char)*text))
                return -EINVAL;
        errno = 0;
        value = strtoull(text, &end, 10);
        if (errno != 0)
                return -errno;
        *ret = value;
        *ret_end = end;
        return 0;
}

int parse_unsigned(const char *text, uint64_t min, uint64_t max, uint64_t *ret) {
        const char *end;
        uint64_t value;
        int r;

        r = parse_digits(text, &value, &end);
        if (r < 0)
                return r;
        if (*end != '\0')
                return -EINVAL;
        if (value < min || value > max)
                return -ERANGE;
        *ret = value;
        return 0;
}

int parse_boolean(const char *text, bool *ret) {
        static const char *const words[2][4] = { { "no", "false", "off", "0" },
                                                 { "yes", "true", "on", "1" } };

        for (size_t value = 0; value < 2; value++)
                for (size_t i = 0; i < N_OF(words[value]); i++)
                        if (strcasecmp(text, words[value][i]) == 0) {
                                *ret = value == 1;
                                return 0;
                        }
        return -EINVAL;
}

int parse_span(const char *text, uint64_t *ret_usec) {
        static const struct {
                const char *name;
                uint64_t usec;
        } units[] = {
                { "", 1000000 }, { "s", 1000000 }, { "ms", 1000 }, { "min", 60000000 }, { "h", 3600000000 }
        };
        const char *end;
        uint64_t value;
        int r;

        r = parse_digits(text, &value, &end);
        if (r < 0)
                return r;
        end += strspn(end, " ");
        for (size_t i = 0; i < N_OF(units); i++)
                if (strcmp(end, units[i].name) == 0) {
                        uint64_t usec;

                        if (__builtin_mul_overflow(value, units[i].usec, &usec))
                                return -ERANGE;
                        *ret_usec = usec;
                        return 0;
                }
        return -EINVAL;
}
