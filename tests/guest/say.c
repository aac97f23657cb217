/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/say: a tiny printf into one line buffer; what does not fit a line is cut off, never split over two.
 */
#include <stdarg.h>
#include <stdbool.h>

#include "guest/io.h"
#include "guest/say.h"
#include "guest/serial.h"

struct line {
        char bytes[SERIAL_LINE_MAX];
        unsigned length;
};

struct field {
        unsigned width;
        bool wide; /* a 64-bit argument */
};

static void append(struct line *line, char byte) {
        if (line->length < sizeof(line->bytes))
                line->bytes[line->length++] = byte;
}

static void append_text(struct line *line, const char *text) {
        while (*text)
                append(line, *text++);
}

static void append_number(struct line *line, uint64_t value, unsigned base, unsigned width) {
        char digits[24];
        unsigned count = 0;
        uint32_t digit;
        do {
                value = divide(value, base, &digit);
                digits[count++] = "0123456789abcdef"[digit];
        } while (value || count < width);
        while (count > 0)
                append(line, digits[--count]);
}

static void append_signed(struct line *line, int value, unsigned width) {
        if (value < 0)
                append(line, '-');
        append_number(line, value < 0 ? 0U - (unsigned)value : (unsigned)value, 10, width);
}

static const char *parse_field(const char *format, struct field *ret) {
        *ret = (struct field){ 0 };
        while (*format >= '0' && *format <= '9')
                ret->width = ret->width * 10 + (unsigned)(*format++ - '0');
        if (ret->width > 20)
                ret->width = 20;
        while (*format == 'l') {
                ret->wide = true;
                format++;
        }
        return format;
}

static void append_field(struct line *line, char kind, const struct field *field, va_list *arguments) {
        if (kind == 's')
                append_text(line, va_arg(*arguments, const char *));
        else if (kind == 'd')
                append_signed(line, va_arg(*arguments, int), field->width);
        else if (kind == 'x' || kind == 'u') {
                uint64_t value =
                        field->wide ? va_arg(*arguments, unsigned long long) : va_arg(*arguments, unsigned);
                append_number(line, value, kind == 'x' ? 16 : 10, field->width);
        } else
                append(line, kind);
}

void say(const char *format, ...) {
        static struct line line;
        struct field field;
        va_list arguments;
        line.length = 0;
        va_start(arguments, format);
        for (; *format; format++) {
                if (*format != '%') {
                        append(&line, *format);
                        continue;
                }
                format = parse_field(format + 1, &field);
                append_field(&line, *format, &field, &arguments);
        }
        va_end(arguments);
        serial_line(line.bytes, line.length);
}
