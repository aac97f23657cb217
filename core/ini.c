/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inih splits lines; everything else is here: what a key means, and what to say when it means nothing. inih
 * does not tell the handler the line number, so the reader, which it calls once a line, counts.
 */
#include "core/ini.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <ini.h>

#include "core/cleanup.h"
#include "core/parse.h"

struct reader {
        const struct ini_reading *reading;
        const struct ini_table *table;
        FILE *file;
        int line;        /* of the text inih works on */
        bool spoilt;     /* that line did not fit inih's buffer, or has what no text has; reported */
        int spoilt_line; /* the first such; inih may stumble over it again */
        int mistakes;
        int error; /* that is no mistake of the user's */
};

__attribute__((format(printf, 2, 3))) static void mistake(struct reader *reader, const char *format, ...) {
        char what[1200], message[1600];
        va_list ap;

        va_start(ap, format);
        vsnprintf(what, sizeof(what), format, ap);
        va_end(ap);
        snprintf(message, sizeof(message), "%s:%d: %s", reader->reading->path, reader->line, what);
        reader->reading->report(message, reader->reading->userdata);
        reader->mistakes++;
}

bool ini_is_many(const struct ini_table *table, const char *section) {
        return table->many && strncmp(section, table->many, strlen(table->many)) == 0;
}

/* NAME is how a file has it. */
static bool is_section(const struct ini_table *table, const struct ini_option *option, const char *name) {
        return strcmp(option->section, name) == 0 ||
               (ini_is_many(table, option->section) && ini_is_many(table, name));
}

/* NULL: any. */
static const struct ini_option *find(const struct ini_table *table, const char *section, const char *key) {
        for (size_t i = 0; i < table->n; i++)
                if ((!section || is_section(table, &table->options[i], section)) &&
                    (!key || strcmp(table->options[i].key, key) == 0))
                        return &table->options[i];
        return NULL;
}

/* "domain, uri, shutdown-timeout" of SECTION, or the sections themselves when SECTION is NULL. */
static void list_names(const struct ini_table *table, char *text, size_t size, const char *section) {
        const char *last = "";

        *text = '\0';
        for (size_t i = 0; i < table->n; i++) {
                const struct ini_option *option = &table->options[i];
                const char *name = section ? option->key : option->section;

                if ((section && !is_section(table, option, section)) || strcmp(name, last) == 0)
                        continue;
                last = name;
                snprintf(text + strlen(text), size - strlen(text), section ? "%s%s" : "%s[%s]",
                         *text ? ", " : "", name);
        }
}

static void mistaken_name(struct reader *reader, const char *section, const char *key) {
        const struct ini_option *elsewhere = find(reader->table, NULL, key);
        const char *now = reader->reading->successor ? reader->reading->successor(section, key) : NULL;
        char names[300];

        if (now)
                return mistake(reader, "'%s' has been replaced by %s", key, now);
        if (elsewhere)
                return mistake(reader, "'%s' does not belong in [%s]; put it under [%s]", key, section,
                               elsewhere->section);
        if (find(reader->table, section, NULL)) {
                list_names(reader->table, names, sizeof(names), section);
                return mistake(reader, "[%s] has no option '%s'; it has %s", section, key, names);
        }
        list_names(reader->table, names, sizeof(names), NULL);
        if (*section)
                return mistake(reader, "there is no section [%s]; the sections are %s", section, names);
        mistake(reader, "'%s' stands before the first section; the sections are %s", key, names);
}

/* WHY stays empty where there is no more to say than what the option takes. */
static int set(struct reader *reader, const struct ini_option *option, const char *value, void *fields,
               char *why, size_t size) {
        int r;

        r = option->parse(value, (char *)fields + option->offset);
        if (r < 0 || option->kind == 0 || !reader->reading->check)
                return r;
        return reader->reading->check(option, value, why, size, reader->reading->userdata);
}

static int on_option(void *userdata, const char *section, const char *key, const char *value) {
        struct reader *reader = userdata;
        const struct ini_option *option = find(reader->table, section, key);
        struct ini_place place;
        char why[900] = "";
        int *seen, r;

        if (reader->spoilt)
                return 1;
        if (!option) {
                mistaken_name(reader, section, key);
                return 1;
        }
        r = reader->reading->place(&place, section, reader->line, reader->reading->userdata);
        if (r < 0) {
                reader->error = r;
                return 1;
        }
        seen = &place.seen[option - reader->table->options];
        if (*seen) {
                mistake(reader, "'%s' was already given in line %d; keep one of the two", key, *seen);
                return 1;
        }
        *seen = reader->line;
        if (set(reader, option, value, place.fields, why, sizeof(why)) >= 0)
                return 1;
        if (*why)
                mistake(reader, "'%s': %s; it takes %s", key, why, option->form);
        else
                mistake(reader, "'%s' cannot be '%s'; it takes %s", key, value, option->form);
        return 1;
}

/* To inih the rest would be a comment, and half a command be run. */
static void check_semicolon(struct reader *reader, const char *line) {
        const char *text = line + strspn(line, " \t");
        size_t length = strcspn(text, " \t=:\n");
        _cleanup_free_ char *key = strndup(text, length);
        const struct ini_option *option = key ? find(reader->table, NULL, key) : NULL;

        if (option && option->command && (strstr(text, " ;") || strstr(text, "\t;")))
                mistake(reader, "what follows a blank and ';' is a comment, and no shell would see it; put "
                                "several commands into a script");
}

/* No editor shows them. What is behind a zero byte nobody sees but the file's own reader. */
static bool has_control(const char *line, size_t length, bool at_end) {
        for (size_t i = 0; i < length; i++)
                if (iscntrl((unsigned char)line[i]) && line[i] != '\t' && strcmp(line + i, "\n") != 0 &&
                    strcmp(line + i, "\r\n") != 0)
                        return true;
        return !at_end && (length == 0 || line[length - 1] != '\n');
}

static void spoil(struct reader *reader) {
        reader->spoilt = true;
        if (reader->spoilt_line == 0)
                reader->spoilt_line = reader->line;
}

/*
 * fgets that counts lines, and keeps inih from two of its ideas: that the tail of an overlong line is a line
 * of its own, and that an indented one goes on with the value before.
 */
static char *read_line(char *buffer, int size, void *stream) {
        struct reader *reader = stream;
        char *line = fgets(buffer, size, reader->file);
        size_t length, blanks;
        int c;

        if (!line)
                return NULL;
        reader->line++;
        reader->spoilt = false;
        length = strlen(line);
        check_semicolon(reader, line);
        if (length + 1 == (size_t)size && line[length - 1] != '\n') {
                spoil(reader);
                mistake(reader, "the line is too long; %d characters are the most", size - 3);
                while ((c = fgetc(reader->file)) != EOF && c != '\n')
                        continue;
                return line;
        }
        if (has_control(line, length, feof(reader->file))) {
                spoil(reader);
                mistake(reader, "there is a control character in the line; write it anew");
        }
        blanks = strspn(line, " \t");
        return memmove(line, line + blanks, length - blanks + 1);
}

int ini_unreadable(const struct ini_reading *reading, int r) {
        char message[400];

        snprintf(message, sizeof(message), "%s: cannot be read: %s", reading->path, strerror(-r));
        reading->report(message, reading->userdata);
        return r;
}

int ini_read(FILE *file, const struct ini_reading *reading) {
        struct reader reader = { .reading = reading, .table = reading->table, .file = file };
        int r;

        r = ini_parse_stream(read_line, &reader, on_option, &reader);
        if (ferror(file))
                reader.error = -EIO;
        if (r < 0 || reader.error < 0)
                return ini_unreadable(reading, r < 0 ? r : reader.error);
        if (r > 0 && r != reader.spoilt_line) {
                reader.line = r;
                mistake(&reader, "this is neither '[section]' nor 'option = value' nor a comment");
        }
        return reader.mistakes;
}

int ini_set_defaults(const struct ini_table *table, bool many, void *fields) {
        int r;

        for (size_t i = 0; i < table->n; i++) {
                const struct ini_option *option = &table->options[i];

                if (!option->fallback || ini_is_many(table, option->section) != many)
                        continue;
                r = option->parse(option->fallback, (char *)fields + option->offset);
                if (r < 0)
                        return r;
        }
        return 0;
}

int ini_set_string(const char *text, void *field) {
        return replace_string(field, text);
}

int ini_set_name(const char *text, void *field) {
        return *text ? ini_set_string(text, field) : -EINVAL;
}

int ini_set_span(const char *text, void *field) {
        return parse_span(text, field);
}

int ini_set_boolean(const char *text, void *field) {
        return parse_boolean(text, field);
}
