/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints what the shells offer, from the tables that the programs themselves go by; a program of the build. A
 * line each: program, command, place, word, help, with tabs between them. Before there is a command that is
 * '-'. The place is 0 for a command, 1 for the first word behind it, and '-' for flags, which may stand
 * anywhere. A word may be a class: @guest or
 * @profile, which the shell looks up.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/arguments.h"
#include "core/command/commands.h"
#include "switcher/switch-arguments.h"

static void offer(const char *program, const char *command, unsigned place, const char *word,
                  const char *help) {
        printf("%s\t%s\t%u\t%s\t%s\n", program, command, place, word, help);
}

static void offer_flag(const char *program, const char *command, const char *flag, const char *help) {
        printf("%s\t%s\t-\t%s\t%s\n", program, command, flag, help);
}

static void offer_word(const struct command *command, unsigned place, enum command_word word) {
        switch (word) {
        case WORD_GUEST:
                offer("pillion", command->name, place, "@guest", "guest");
                break;
        case WORD_PROFILE:
                offer("pillion", command->name, place, "@profile", "profile");
                break;
        case WORD_CHOICE:
                for (const char *const *choice = command->choices; *choice; choice++)
                        offer("pillion", command->name, place, *choice, "");
                break;
        case WORD_COMMAND:
                for (const struct command *other = commands; other->name; other++)
                        offer("pillion", command->name, place, other->name, other->help);
                break;
        case WORD_OTHER:
        case WORD_NONE:
                break;
        }
}

static void offer_command(const struct command *command) {
        char flag[80];

        offer("pillion", "-", 0, command->name, command->help);
        for (unsigned i = 0; command->words[i] != WORD_NONE; i++)
                offer_word(command, i + 1, command->words[i]);
        for (const struct command_flag *f = command->flags; f->name; f++) {
                snprintf(flag, sizeof(flag), "%s%s", f->name, f->value ? "=" : "");
                offer_flag("pillion", command->name, flag, f->help);
        }
}

static void offer_switch_command(const struct switch_command_form *form, bool first) {
        if (first)
                offer("pillion-switch", "-", 0, form->first, "");
        if (form->second)
                offer("pillion-switch", form->first, 1, form->second, "");
        /* The same for all that share their first word. */
        if (first && !form->boot)
                offer("pillion-switch", form->first, form->second ? 2 : 1, "@profile", "profile");
        if (form->boot)
                offer_flag("pillion-switch", form->first, "--boot", "");
        if (form->undo) {
                offer_flag("pillion-switch", form->first, "--undo", "");
                offer_flag("pillion-switch", form->first, "--dry-run", "");
        }
}

static void offer_switch(void) {
        struct switch_command_form form;
        const char *last = "";

        for (unsigned i = 0; switch_command_form(&form, i); i++) {
                offer_switch_command(&form, strcmp(form.first, last) != 0);
                last = form.first;
        }
}

int main(void) {
        char flag[80];

        for (const struct command *command = commands; command->name; command++)
                offer_command(command);
        offer_switch();
        for (const struct option *option = arguments_options; option->name; option++) {
                snprintf(flag, sizeof(flag), "--%s", option->name);
                offer_flag("pilliond", "-", flag, "");
        }
        for (const char *const *program = (const char *const[]){ "pillion", "pillion-switch", NULL };
             *program; program++) {
                offer_flag(*program, "-", "--help", "");
                offer_flag(*program, "-", "--version", "");
        }
        return 0;
}
