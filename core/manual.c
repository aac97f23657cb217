/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of options, for people. */
#include <string.h>

#include "core/config.h"
#include "core/options.h"

void config_print_help(FILE *out) {
        const char *section = "";

        for (size_t i = 0; i < n_options; i++) {
                const struct option *option = &options[i];

                if (strcmp(section, option->section) != 0)
                        fprintf(out, "%s[%s]\n", i > 0 ? "\n" : "", option->section);
                section = option->section;
                fprintf(out, "  %s = %s\n      %s\n", option->key,
                        option->fallback ? option->fallback : "(unset)", option->help);
        }
}

void config_print_manual(FILE *out) {
        const char *section = "";

        for (size_t i = 0; i < n_options; i++) {
                const struct option *option = &options[i];

                if (strcmp(section, option->section) != 0)
                        fprintf(out, ".SS [%s]\n", option->section);
                section = option->section;
                fprintf(out, ".TP\n.BR %s =\n%s\nTakes %s. Default: %s.\n", option->key, option->help,
                        option->form, option->fallback ? option->fallback : "unset");
        }
}
