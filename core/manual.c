/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table of options, for people. */
#include <string.h>

#include "core/ini.h"

void ini_print_help(FILE *out, const struct ini_table *table) {
        const char *section = "";

        for (size_t i = 0; i < table->n; i++) {
                const struct ini_option *option = &table->options[i];

                if (strcmp(section, option->section) != 0)
                        fprintf(out, "%s[%s]\n", i > 0 ? "\n" : "", option->section);
                section = option->section;
                fprintf(out, "  %s = %s\n      %s\n", option->key,
                        option->fallback ? option->fallback : "(unset)", option->help);
        }
}

/* TEXT means itself: to scdoc an asterisk begins what is bold, an underscore what is underlined. */
static void print_escaped(FILE *out, const char *text) {
        for (; *text; text++) {
                if (strchr("\\*_`", *text))
                        fputc('\\', out);
                fputc(*text, out);
        }
}

static void print_entry(FILE *out, const struct ini_option *option) {
        fprintf(out, "*%s =*\n\t", option->key);
        print_escaped(out, option->help);
        fputs("++\nTakes ", out); /* after a line break a tab would be shown */
        print_escaped(out, option->form);
        fputs(". Default: ", out);
        print_escaped(out, option->fallback ? option->fallback : "unset");
        fputs(".\n\n", out);
}

void ini_print_manual(FILE *out, const struct ini_table *table) {
        const char *section = "";

        for (size_t i = 0; i < table->n; i++) {
                const struct ini_option *option = &table->options[i];

                if (strcmp(section, option->section) != 0)
                        fprintf(out, "## [%s]\n\n", option->section);
                section = option->section;
                print_entry(out, option);
        }
}
