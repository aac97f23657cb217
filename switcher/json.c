/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/json.h"

#include <ctype.h>
#include <stdbool.h>

#include "core/parse.h"

#define DEPTH 32

struct json {
        char *key;  /* of a member; else NULL */
        char *text; /* of a string, number or word; else NULL */
        struct json *items;
        size_t n;
};

struct reader {
        const char *at;
        unsigned depth;
};

static int read_value(struct reader *reader, struct json *ret);

static void done(struct json *json) {
        for (size_t i = 0; i < json->n; i++)
                done(&json->items[i]);
        free(json->items);
        free(json->key);
        free(json->text);
}

static void skip_blanks(struct reader *reader) {
        reader->at += strspn(reader->at, " \t\r\n");
}

static bool take(struct reader *reader, char c) {
        skip_blanks(reader);
        if (*reader->at != c)
                return false;
        reader->at++;
        return true;
}

/* The four digits behind \u. */
static int read_unit(struct reader *reader, unsigned *ret) {
        char digits[5] = "";

        for (int i = 0; i < 4; i++) {
                if (!isxdigit((unsigned char)reader->at[i]))
                        return -EBADMSG;
                digits[i] = reader->at[i];
        }
        reader->at += 4;
        *ret = (unsigned)strtoul(digits, NULL, 16);
        return 0;
}

/* One character, of which there may be two halves. No zero: it would end the text. */
static int read_code(struct reader *reader, FILE *out) {
        unsigned code, low;
        int r;

        r = read_unit(reader, &code);
        if (r < 0)
                return r;
        if (code >= 0xD800 && code < 0xDC00 && strncmp(reader->at, "\\u", 2) == 0) {
                reader->at += 2;
                r = read_unit(reader, &low);
                if (r < 0)
                        return r;
                code = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : 0;
        }
        if (code == 0 || (code >= 0xD800 && code < 0xE000))
                return -EBADMSG;
        if (code < 0x80)
                fputc((int)code, out);
        else if (code < 0x800)
                fprintf(out, "%c%c", 0xC0 | code >> 6, 0x80 | (code & 0x3F));
        else if (code < 0x10000)
                fprintf(out, "%c%c%c", 0xE0 | code >> 12, 0x80 | (code >> 6 & 0x3F), 0x80 | (code & 0x3F));
        else
                fprintf(out, "%c%c%c%c", 0xF0 | code >> 18, 0x80 | (code >> 12 & 0x3F),
                        0x80 | (code >> 6 & 0x3F), 0x80 | (code & 0x3F));
        return 0;
}

static int read_escape(struct reader *reader, FILE *out) {
        static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
        const char *known;
        char c = *reader->at;

        if (c == '\0')
                return -EBADMSG;
        reader->at++;
        if (c == 'u')
                return read_code(reader, out);
        known = strchr(from, c);
        if (!known)
                return -EBADMSG;
        fputc(to[known - from], out);
        return 0;
}

static int read_characters(struct reader *reader, FILE *out) {
        int r = 0;

        while (r >= 0 && *reader->at != '"') {
                char c = *reader->at;

                if ((unsigned char)c < ' ')
                        return -EBADMSG; /* also the end of all */
                reader->at++;
                if (c == '\\')
                        r = read_escape(reader, out);
                else
                        fputc(c, out);
        }
        if (r >= 0)
                reader->at++;
        return r;
}

static int read_string(struct reader *reader, char **ret) {
        _cleanup_free_ char *text = NULL;
        size_t size;
        FILE *out;
        int r;

        if (!take(reader, '"'))
                return -EBADMSG;
        out = open_memstream(&text, &size);
        if (!out)
                return -ENOMEM;
        r = read_characters(reader, out);
        if (fclose(out) != 0)
                r = -ENOMEM;
        if (r >= 0)
                *ret = steal_ptr(text);
        return r;
}

/* A number, true, false or null. */
static int read_word(struct reader *reader, struct json *ret) {
        size_t length = strspn(reader->at, "+-.0123456789abcdefghijklmnopqrstuvwxyzE");

        if (length == 0)
                return -EBADMSG;
        ret->text = strndup(reader->at, length);
        reader->at += length;
        return ret->text ? 0 : -ENOMEM;
}

static int read_item(struct reader *reader, struct json *ret, bool keyed) {
        struct json item = { 0 }, *grown = reallocarray(ret->items, ret->n + 1, sizeof(*grown));
        int r;

        if (!grown)
                return -ENOMEM;
        ret->items = grown;
        r = keyed ? read_string(reader, &item.key) : 0;
        if (r >= 0 && keyed && !take(reader, ':'))
                r = -EBADMSG;
        if (r >= 0)
                r = read_value(reader, &item);
        grown[ret->n++] = item; /* whatever is in it is freed with the rest */
        return r;
}

static int read_items(struct reader *reader, struct json *ret, char end) {
        int r;

        if (take(reader, end))
                return 0;
        do {
                r = read_item(reader, ret, end == '}');
                if (r < 0)
                        return r;
        } while (take(reader, ','));
        return take(reader, end) ? 0 : -EBADMSG;
}

static int read_value(struct reader *reader, struct json *ret) {
        int r;

        if (reader->depth >= DEPTH)
                return -EBADMSG;
        reader->depth++;
        skip_blanks(reader);
        if (*reader->at == '"')
                r = read_string(reader, &ret->text);
        else if (take(reader, '{'))
                r = read_items(reader, ret, '}');
        else if (take(reader, '['))
                r = read_items(reader, ret, ']');
        else
                r = read_word(reader, ret);
        reader->depth--;
        return r;
}

int json_parse(struct json **ret, const char *text) {
        _cleanup_(json_freep) struct json *json = calloc(1, sizeof(*json));
        struct reader reader = { .at = text };
        int r;

        if (!json)
                return -ENOMEM;
        r = read_value(&reader, json);
        if (r < 0)
                return r;
        skip_blanks(&reader);
        if (*reader.at)
                return -EBADMSG;
        *ret = steal_ptr(json);
        return 0;
}

struct json *json_free(struct json *json) {
        if (json)
                done(json);
        free(json);
        return NULL;
}

const struct json *json_get(const struct json *json, const char *key) {
        for (size_t i = 0; json && i < json->n; i++)
                if (json->items[i].key && strcmp(json->items[i].key, key) == 0)
                        return &json->items[i];
        return NULL;
}

size_t json_count(const struct json *json) {
        return json ? json->n : 0;
}

const struct json *json_at(const struct json *json, size_t i) {
        return i < json_count(json) ? &json->items[i] : NULL;
}

const char *json_text(const struct json *json, const char *key) {
        const struct json *member = json_get(json, key);

        return member && member->text ? member->text : "";
}

uint64_t json_unsigned(const struct json *json, const char *key) {
        uint64_t value = 0;

        (void)parse_unsigned(json_text(json, key), 0, UINT64_MAX, &value);
        return value;
}
