/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/command: what can be asked for on the serial console. Each line is answered by one `ok` or `error:`
 * line. */
#include <stdbool.h>

struct command {
        const char *name;
        unsigned least, most; /* arguments, the name not counted */
        const char *usage;

        /* WORDS[0] is the name. Says its own `ok` and returns NULL, or returns what is wrong. */
        const char *(*run)(unsigned count, char **words);
};

/* Both tables end with a command without a name. */
extern const struct command audio_commands[];
extern const struct command machine_commands[];

void command_line(char *line);

bool command_ignores_power_button(void);
