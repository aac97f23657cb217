/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest/command: finds a line's command in the tables and checks its number of arguments. */
#include <stddef.h>

#include "guest/command.h"
#include "guest/memory.h"
#include "guest/say.h"
#include "guest/words.h"

static const struct command *const tables[] = { audio_commands, machine_commands };

#define TABLES (sizeof(tables) / sizeof(tables[0]))

static const struct command *find(const char *name) {
        for (unsigned i = 0; i < TABLES; i++)
                for (const struct command *command = tables[i]; command->name; command++)
                        if (text_equal(command->name, name))
                                return command;
        return NULL;
}

static void help(void) {
        for (unsigned i = 0; i < TABLES; i++)
                for (const struct command *command = tables[i]; command->name; command++)
                        say("help %s%s%s", command->name, *command->usage ? " " : "", command->usage);
        say("ok");
}

static void run(const struct command *command, unsigned count, char **words) {
        const char *problem;
        if (count - 1 < command->least || count - 1 > command->most) {
                say("error: usage: %s %s", command->name, command->usage);
                return;
        }
        problem = command->run(count, words);
        if (problem)
                say("error: %s", problem);
}

void command_line(char *line) {
        char *words[WORDS_MAX];
        unsigned count = words_split(line, words);
        const struct command *command;
        if (count == 0)
                return;
        if (text_equal(words[0], "help")) {
                help();
                return;
        }
        command = find(words[0]);
        if (command)
                run(command, count, words);
        else
                say("error: unknown command '%s'", words[0]);
}
