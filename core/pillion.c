/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion: the command line. Finds the command in the table, sees whether it can be told what it was told,
 * and runs it. What goes wrong is said on stderr, with what to do next; the exit statuses are in
 * core/command/commands.h.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "core/command/help.h"
#include "core/command/line.h"

static bool is_help(const char *argument) {
        return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

static int run(const struct command *command, int argc, char *argv[]) {
        for (int i = 1; i < argc; i++)
                if (is_help(argv[i])) {
                        command_print_help(stdout, command);
                        return EXIT_DONE;
                }
        return command_line_check(command, argc, argv, stderr) ? command->run(argc, argv) : EXIT_USAGE;
}

int main(int argc, char *argv[]) {
        const struct command *command;

        (void)setlocale(LC_CTYPE, ""); /* how wide a character is */
        if (argc < 2 || is_help(argv[1])) {
                command_print_usage(argc < 2 ? stderr : stdout);
                return argc < 2 ? EXIT_USAGE : EXIT_DONE;
        }
        if (strcmp(argv[1], "--version") == 0) {
                puts("pillion " PILLION_VERSION);
                return EXIT_DONE;
        }
        command = command_find(argv[1]);
        if (command)
                return run(command, argc - 1, argv + 1);
        command_print_unknown(stderr, argv[1]);
        return EXIT_USAGE;
}
