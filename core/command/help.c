/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/help.h"

#include <string.h>

#include "core/command/nearest.h"

void command_print_synopsis(FILE *out, const struct command *command) {
        fprintf(out, "pillion %s", command->name);
        if (command->arguments)
                fprintf(out, " %s", command->arguments);
        for (const struct command_flag *flag = command->flags; flag->name; flag++)
                fprintf(out, " [%s%s%s]", flag->name, flag->value ? "=" : "", flag->value ? flag->value : "");
        fputc('\n', out);
}

static void print_exits(FILE *out) {
#define PRINT_EXIT(name, number, means) fprintf(out, "  %d  %s\n", number, means);
        fputs("\nExit status:\n", out);
        COMMAND_EXITS(PRINT_EXIT)
#undef PRINT_EXIT
}

/* Of the longest arguments. */
static int arguments_width(void) {
        size_t width = 0;

        for (const struct command *command = commands; command->name; command++)
                if (command->arguments && strlen(command->arguments) > width)
                        width = strlen(command->arguments);
        return (int)width;
}

void command_print_usage(FILE *out) {
        int width = arguments_width();

        fputs("pillion COMMAND [ARGUMENT…]\n\n", out);
        for (const struct command *command = commands; command->name; command++)
                fprintf(out, "  %-8s %-*s  %s\n", command->name, width,
                        command->arguments ? command->arguments : "", command->help);
        fputs("\n  -h, --help     this text; after a command, what that can be told\n"
              "      --version  the version\n",
              out);
        print_exits(out);
}

static void print_flags(FILE *out, const struct command *command) {
        char name[80];

        if (command->flags->name)
                fputc('\n', out);
        for (const struct command_flag *flag = command->flags; flag->name; flag++) {
                snprintf(name, sizeof(name), "%s%s%s", flag->name, flag->value ? "=" : "",
                         flag->value ? flag->value : "");
                fprintf(out, "  %-14s %s\n", name, flag->help);
        }
}

void command_print_help(FILE *out, const struct command *command) {
        command_print_synopsis(out, command);
        fprintf(out, "\n%c%s.\n", command->help[0] - 'a' + 'A', command->help + 1);
        if (command->more)
                fprintf(out, "%s\n", command->more);
        print_flags(out, command);
        fputs("\nMore is in pillion(1).\n", out);
}

void command_print_unknown(FILE *out, const char *name) {
        struct nearest nearest = { .word = name };

        for (const struct command *command = commands; command->name; command++)
                nearest_offer(&nearest, command->name);
        fprintf(out, "pillion: there is no command '%s'", name);
        if (nearest.best)
                fprintf(out, "; did you mean 'pillion %s'?\n", nearest.best);
        else
                fputs("; 'pillion help' lists them\n", out);
}
