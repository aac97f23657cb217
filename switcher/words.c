/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/words.h"

#include <ctype.h>
#include <stdarg.h>

static void word_done(struct word *word) {
        free(word->key);
        free(word->value);
}

void words_done(struct words *words) {
        for (size_t i = 0; i < words->n; i++)
                word_done(&words->items[i]);
        free(words->items);
        *words = (struct words){ 0 };
}

int words_add(struct words *words, const char *key, const char *value) {
        struct word word = { strdup(key), strdup(value) };
        struct word *grown = reallocarray(words->items, words->n + 1, sizeof(*grown));

        if (grown)
                words->items = grown;
        if (!grown || !word.key || !word.value) {
                word_done(&word);
                return -ENOMEM;
        }
        grown[words->n++] = word;
        return 0;
}

int words_addf(struct words *words, const char *key, const char *format, ...) {
        _cleanup_free_ char *value = NULL;
        va_list ap;
        int r;

        va_start(ap, format);
        r = vasprintf(&value, format, ap);
        va_end(ap);
        if (r < 0) {
                value = NULL; /* vasprintf leaves it undefined */
                return -ENOMEM;
        }
        return words_add(words, key, value);
}

/* Back to the first N. */
static void words_truncate(struct words *words, size_t n) {
        while (words->n > n)
                word_done(&words->items[--words->n]);
}

int words_copy(struct words *to, const struct words *from) {
        size_t had = to->n;
        int r;

        for (size_t i = 0; i < from->n; i++) {
                r = words_add(to, from->items[i].key, from->items[i].value);
                if (r < 0) {
                        words_truncate(to, had);
                        return r;
                }
        }
        return 0;
}

const char *words_get(const struct words *words, const char *key) {
        for (size_t i = 0; i < words->n; i++)
                if (strcmp(words->items[i].key, key) == 0)
                        return words->items[i].value;
        return NULL;
}

bool words_is(const struct words *words, const char *key, const char *value) {
        const char *is = words_get(words, key);

        return is && strcmp(is, value) == 0;
}

char **words_all(const struct words *words, const char *key) {
        char **all = calloc(words->n + 1, sizeof(*all));
        size_t n = 0;

        for (size_t i = 0; all && i < words->n; i++)
                if (strcmp(words->items[i].key, key) == 0)
                        all[n++] = words->items[i].value;
        return all;
}

/* Those that a reader of lines, or words_decode() itself, would take for something else. */
static bool is_special(unsigned char c) {
        return c <= ' ' || c == '%' || c == '=' || c == 0x7f;
}

static void put_escaped(FILE *out, const char *text) {
        for (; *text; text++)
                if (is_special((unsigned char)*text))
                        fprintf(out, "%%%02x", (unsigned char)*text);
                else
                        fputc(*text, out);
}

char *words_encode(const struct words *words) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;
        for (size_t i = 0; i < words->n; i++) {
                fprintf(out, "%s%s=", i > 0 ? " " : "", words->items[i].key);
                put_escaped(out, words->items[i].value);
        }
        return close_memstream(out, &text);
}

static int hex(char c) {
        return isdigit((unsigned char)c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place. */
static int unescape(char *text) {
        char *to = text;

        for (const char *from = text; *from; to++) {
                int high, low;

                if (*from != '%') {
                        *to = *from++;
                        continue;
                }
                high = hex(from[1]);
                low = high < 0 ? -1 : hex(from[2]);
                if (low < 0 || (high == 0 && low == 0))
                        return -EINVAL;
                *to = (char)(high << 4 | low);
                from += 3;
        }
        *to = '\0';
        return 0;
}

static int decode_word(struct words *words, char *text) {
        char *value = strchr(text, '=');
        int r;

        if (!value || value == text)
                return -EINVAL;
        *value++ = '\0';
        r = unescape(value);
        return r < 0 ? r : words_add(words, text, value);
}

int words_decode(struct words *words, const char *text) {
        _cleanup_free_ char *copy = strdup(text);
        size_t had = words->n;
        char *rest = copy, *word;
        int r = copy ? 0 : -ENOMEM;

        while (r >= 0 && rest && *rest) {
                word = strsep(&rest, " ");
                r = decode_word(words, word);
        }
        if (r < 0)
                words_truncate(words, had);
        return r;
}
