/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/profile-values.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/argv.h"
#include "core/parse.h"

bool value_is_text(const char *text) {
        for (const char *c = text; *c; c++)
                if (iscntrl((unsigned char)*c))
                        return false;
        return *text && *text != '-';
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* Begins with a letter or digit, has only ALLOWED, and ends in one of ENDS behind a stem. */
static bool has_form(const char *text, const char *allowed, const char *const *ends) {
        size_t length = strlen(text);

        if (length > 255 || strspn(text, allowed) != length || !isalnum((unsigned char)*text))
                return false;
        for (; *ends; ends++)
                if (length > strlen(*ends) && strcmp(text + length - strlen(*ends), *ends) == 0)
                        return true;
        return false;
}

/* Source: systemd.unit(5). */
bool value_is_unit(const char *text) {
        return has_form(text, LETTERS ":-_.\\@",
                        (const char *const[]){ ".service", ".socket", ".timer", ".path", ".scope", NULL });
}

bool value_is_program(const char *text) {
        return value_is_text(text) && strlen(text) <= 15 && !strchr(text, '/');
}

bool value_is_snippet(const char *text) {
        return has_form(text, LETTERS "-_.", (const char *const[]){ ".conf", NULL });
}

static bool has(char *const *list, const char *word) {
        for (; *list; list++)
                if (strcmp(*list, word) == 0)
                        return true;
        return false;
}

int value_set_list(const char *text, char ***field, bool (*is_valid)(const char *text)) {
        _cleanup_(argv_freep) char **list = calloc(strlen(text) / 2 + 2, sizeof(*list));
        _cleanup_free_ char *copy = strdup(text);
        char *rest = copy, *word;
        size_t n = 0;

        if (!list || !copy)
                return -ENOMEM;
        while ((word = strsep(&rest, " \t"))) {
                if (!*word)
                        continue;
                if (!is_valid(word) || has(list, word))
                        return -EINVAL;
                list[n] = strdup(word);
                if (!list[n++])
                        return -ENOMEM;
        }
        argv_free(*field);
        *field = steal_ptr(list);
        return 0;
}

static bool is_anything(const char *text) {
        return true;
}

/* Of VCP feature 0x60: as ddcutil takes it. */
static int parse_input(const char *text, unsigned *ret) {
        unsigned long value;
        uint64_t decimal;
        char *end;
        int r;

        if (strncmp(text, "0x", 2) == 0 && isxdigit((unsigned char)text[2])) {
                value = strtoul(text + 2, &end, 16);
                if (*end || value < 1 || value > 255)
                        return -EINVAL;
                *ret = (unsigned)value;
                return 0;
        }
        r = parse_unsigned(text, 1, 255, &decimal);
        if (r < 0)
                return r;
        *ret = (unsigned)decimal;
        return 0;
}

static bool is_bus(const char *text) {
        size_t length = strlen(text);

        for (size_t i = 0; i < length; i++)
                if (!isalnum((unsigned char)text[i]))
                        return false;
        return length > 0 && length <= 32;
}

/* WORD is cut into pieces. */
static int parse_monitor(char *word, struct profile_monitor *ret) {
        char *bus = strsep(&word, ":"), *lent = strsep(&word, ":"), *native = strsep(&word, ":");
        int r;

        if (!lent || word || !is_bus(bus))
                return -EINVAL;
        r = parse_input(lent, &ret->lent);
        if (r < 0)
                return r;
        r = native ? parse_input(native, &ret->native) : 0;
        if (r < 0)
                return r;
        ret->bus = strdup(bus);
        return ret->bus ? 0 : -ENOMEM;
}

int value_set_monitors(const char *text, struct profile_monitor **field, size_t *n) {
        _cleanup_(argv_freep) char **words = NULL;
        struct profile_monitor *monitors;
        size_t count = 0, done = 0;
        int r;

        r = value_set_list(text, &words, is_anything);
        if (r < 0)
                return r;
        while (words[count])
                count++;
        monitors = calloc(count + 1, sizeof(*monitors));
        if (!monitors)
                return -ENOMEM;
        for (; r >= 0 && done < count; done++)
                r = parse_monitor(words[done], &monitors[done]);
        if (r < 0) {
                value_monitors_free(monitors, done);
                return r;
        }
        value_monitors_free(*field, *n);
        *field = monitors;
        *n = count;
        return 0;
}

struct profile_monitor *value_monitors_free(struct profile_monitor *monitors, size_t n) {
        for (size_t i = 0; i < n; i++)
                free(monitors[i].bus);
        free(monitors);
        return NULL;
}

int value_set_size(const char *text, uint64_t *field) {
        static const char units[] = "KMGT";
        size_t length = strlen(text);
        const char *unit = length > 0 ? strchr(units, text[length - 1]) : NULL;
        char number[16];
        uint64_t value;
        int r;

        if (!unit || !*unit || length > sizeof(number))
                return -EINVAL;
        memcpy(number, text, length - 1);
        number[length - 1] = '\0';
        r = parse_unsigned(number, 1, 1 << 20, &value);
        if (r < 0)
                return r;
        *field = value << (10 * (unit - units + 1));
        return 0;
}

/* "2M": a power of two, as every architecture's are. */
static int parse_page(char *text, uint64_t *ret) {
        static const char units[] = "KMG";
        size_t length = strlen(text);
        const char *unit = length > 0 ? strchr(units, text[length - 1]) : NULL;
        uint64_t value;
        int r;

        if (!unit || !*unit)
                return -EINVAL;
        text[length - 1] = '\0';
        r = parse_unsigned(text, 1, 1023, &value);
        if (r < 0)
                return r;
        if ((value & (value - 1)) != 0)
                return -EINVAL;
        *ret = value << (10 * (unit - units + 1));
        return 0;
}

static int parse_pool(char *word, struct profile_pool *ret) {
        char *size = strsep(&word, ":");
        int r;

        r = word ? parse_page(size, &ret->size) : -EINVAL;
        return r < 0 ? r : parse_unsigned(word, 1, UINT32_MAX, &ret->count);
}

int value_set_pools(const char *text, struct profile_pool **field, size_t *n) {
        _cleanup_(argv_freep) char **words = NULL;
        _cleanup_free_ struct profile_pool *pools = NULL;
        size_t count = 0;
        int r;

        r = value_set_list(text, &words, is_anything);
        if (r < 0)
                return r;
        while (words[count])
                count++;
        pools = calloc(count + 1, sizeof(*pools));
        if (!pools)
                return -ENOMEM;
        for (size_t i = 0; i < count; i++) {
                r = parse_pool(words[i], &pools[i]);
                for (size_t j = 0; r >= 0 && j < i; j++)
                        if (pools[j].size == pools[i].size)
                                r = -EINVAL;
                if (r < 0)
                        return r;
        }
        free(*field);
        *field = steal_ptr(pools);
        *n = count;
        return 0;
}
