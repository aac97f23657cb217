/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/line.h"

#include <string.h>

#include "core/bus-text.h"
#include "core/cleanup.h"
#include "core/command/help.h"
#include "core/command/nearest.h"

static bool is_flag(const char *argument) {
        return argument[0] == '-';
}

/* "--id=4711" → 4, the bytes of its name. */
static size_t name_length(const char *argument) {
        return strcspn(argument, "=");
}

static const struct command_flag *find_flag(const struct command *command, const char *argument) {
        size_t length = name_length(argument);

        for (const struct command_flag *flag = command->flags; flag->name; flag++)
                if (strlen(flag->name) == length && strncmp(flag->name, argument, length) == 0)
                        return flag;
        return NULL;
}

static bool refuse_flag(const struct command *command, const char *argument, FILE *out) {
        struct nearest nearest = { .word = argument };

        for (const struct command_flag *flag = command->flags; flag->name; flag++)
                nearest_offer(&nearest, flag->name);
        fprintf(out, "pillion: '%s' has no option '%.*s'", command->name, (int)name_length(argument),
                argument);
        if (nearest.best)
                fprintf(out, "; did you mean '%s'?", nearest.best);
        fputc('\n', out);
        return false;
}

static bool check_flag(const struct command *command, char *argv[], int i, FILE *out) {
        const struct command_flag *flag = find_flag(command, argv[i]);
        bool given = argv[i][name_length(argv[i])] == '=';

        if (!flag)
                return refuse_flag(command, argv[i], out);
        for (int before = 1; before < i; before++)
                if (is_flag(argv[before]) && find_flag(command, argv[before]) == flag) {
                        fprintf(out, "pillion: '%s' is there twice\n", flag->name);
                        return false;
                }
        if (given && !flag->value)
                fprintf(out, "pillion: '%s' takes no value\n", flag->name);
        else if (!given && flag->value)
                fprintf(out, "pillion: '%s' needs a value: %s=%s\n", flag->name, flag->name, flag->value);
        return given == (flag->value != NULL);
}

static bool check_choice(const struct command *command, const char *word, FILE *out) {
        struct nearest nearest = { .word = word };

        for (const char *const *choice = command->choices; *choice; choice++) {
                if (strcmp(word, *choice) == 0)
                        return true;
                nearest_offer(&nearest, *choice);
        }
        fprintf(out, "pillion: '%s' cannot be told '%s'", command->name, word);
        if (nearest.best)
                fprintf(out, "; did you mean '%s'?", nearest.best);
        fputc('\n', out);
        return false;
}

/* Neither a bus nor libvirt takes anything else. */
static bool is_utf8(const char *word) {
        _cleanup_free_ char *copy = strdup(word);

        return copy && strcmp(bus_text(copy), word) == 0;
}

/* The word at that INDEX. */
static bool check_word(const struct command *command, unsigned index, const char *word, FILE *out) {
        if (index >= COMMAND_WORDS || command->words[index] == WORD_NONE) {
                fprintf(out, "pillion: '%s' takes no '%s'\n", command->name, word);
                return false;
        }
        if (!*word) {
                fprintf(out, "pillion: '%s' can do nothing with an empty name\n", command->name);
                return false;
        }
        if (!is_utf8(word)) {
                fprintf(out, "pillion: '%s' takes no name that is not UTF-8\n", command->name);
                return false;
        }
        return command->words[index] != WORD_CHOICE || check_choice(command, word, out);
}

static bool check(const struct command *command, int argc, char *argv[], FILE *out) {
        unsigned words = 0;

        for (int i = 1; i < argc; i++) {
                bool good = is_flag(argv[i]) ? check_flag(command, argv, i, out)
                                             : check_word(command, words++, argv[i], out);

                if (!good)
                        return false;
        }
        if (words < command->required)
                fprintf(out, "pillion: '%s' needs to be told more\n", command->name);
        return words >= command->required;
}

bool command_line_check(const struct command *command, int argc, char *argv[], FILE *out) {
        if (check(command, argc, argv, out))
                return true;
        fputs("Usage: ", out);
        command_print_synopsis(out, command);
        fprintf(out, "See 'pillion help %s'.\n", command->name);
        return false;
}

const char *command_value(int argc, char *argv[], const char *flag) {
        size_t length = strlen(flag);

        for (int i = 1; i < argc; i++)
                if (name_length(argv[i]) == length && strncmp(argv[i], flag, length) == 0)
                        return argv[i] + length + (argv[i][length] == '=');
        return NULL;
}

bool command_has_flag(int argc, char *argv[], const char *flag) {
        return command_value(argc, argv, flag) != NULL;
}

const char *command_word(int argc, char *argv[], unsigned index) {
        for (int i = 1; i < argc; i++)
                if (!is_flag(argv[i]) && index-- == 0)
                        return argv[i];
        return NULL;
}
