/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/ini: files of "[section]" and "key = value" lines. One table says what such a file may say: names,
 * forms, defaults and help; the reader, its complaints, --help and the manual pages all come from it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct ini_option {
        const char *section;
        const char *key;
        /* Into the field at OFFSET; -EINVAL or -ERANGE leaves it alone. */
        int (*parse)(const char *text, void *field);
        size_t offset;
        const char *fallback; /* NULL: unset */
        const char *form;     /* what would be right: "it takes ..." */
        const char *help;
        int kind;     /* what else has to be checked, for the table's owner; 0: nothing */
        bool command; /* a command line, in which ';' would be missed */
};

struct ini_table {
        const struct ini_option *options;
        size_t n;
        /* How a section's name begins of which there may be many, each with a name of its own: "hotkey ". In
         * OPTIONS it is one whose name begins so. NULL: there is none. */
        const char *many;
};

/* Where a section's options go. */
struct ini_place {
        void *fields; /* what the offsets are into */
        int *seen;    /* for each option of the table the line it was given at; 0: not yet */
};

struct ini_reading {
        const struct ini_table *table;
        const char *path; /* for what is said */
        /* SECTION was first spoken of in LINE, or is again. -errno ends the reading. */
        int (*place)(struct ini_place *ret, const char *section, int line, void *userdata);
        /* 0 if VALUE, of the right form, is right; else WHY, "" at first, may say what is wrong. May be NULL.
         */
        int (*check)(const struct ini_option *option, const char *value, char *why, size_t size,
                     void *userdata);
        /* What has taken the place of an option that is no more; NULL: nothing. May be NULL. */
        const char *(*successor)(const char *section, const char *key);
        /* One mistake a call: "file:line: what, and what would be right". */
        void (*report)(const char *message, void *userdata);
        void *userdata;
};

/* How many mistakes were reported, or -errno of a file that could not be read (reported too). */
int ini_read(FILE *file, const struct ini_reading *reading);
/* Reports that PATH cannot be read; returns R. */
int ini_unreadable(const struct ini_reading *reading, int r);

/* Whether SECTION is one of many. */
bool ini_is_many(const struct ini_table *table, const char *section);
/* The defaults of those options into FIELDS that are of one of many sections, or are not. */
int ini_set_defaults(const struct ini_table *table, bool many, void *fields);

/* Any text; any but ""; microseconds (uint64_t); yes or no (bool). A text's field is a char *. */
int ini_set_string(const char *text, void *field);
int ini_set_name(const char *text, void *field);
int ini_set_span(const char *text, void *field);
int ini_set_boolean(const char *text, void *field);

/* The table as text for --help, or in scdoc's language for a manual page. */
void ini_print_help(FILE *out, const struct ini_table *table);
void ini_print_manual(FILE *out, const struct ini_table *table);
