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

void ini_print_manual(FILE *out, const struct ini_table *table) {
        const char *section = "";

        for (size_t i = 0; i < table->n; i++) {
                const struct ini_option *option = &table->options[i];

                if (strcmp(section, option->section) != 0)
                        fprintf(out, ".SS [%s]\n", option->section);
                section = option->section;
                fprintf(out, ".TP\n.BR %s =\n%s\nTakes %s. Default: %s.\n", option->key, option->help,
                        option->form, option->fallback ? option->fallback : "unset");
        }
}
