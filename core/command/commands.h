/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/commands: what `pillion` can be told. One table, from which come what is run, what is
 * accepted, the help, the completions of the shells and the synopsis in the manual.
 *
 * A new command is a line in commands.c and a function. That is called with the name as its ARGV[0] when the
 * rest is as its line has it, and returns one of the exit statuses below.
 */
#include <stddef.h>

/* How every command ends: NAME, number, what it means. */
#define COMMAND_EXITS(X)                                                                                     \
        X(EXIT_DONE, 0, "it is done, and as it was wanted")                                                  \
        X(EXIT_FAILED, 1, "it failed, or what was looked at is not as it should be; stderr says why")        \
        X(EXIT_USAGE, 2, "it was called wrongly, and nothing was done")                                      \
        X(EXIT_NO_DAEMON, 3, "pilliond is not running, and could not be started")                            \
        X(EXIT_GOES_ON, 4, "it goes on, but nobody waits for it any more: Ctrl+C")

#define COMMAND_EXIT_NUMBER(name, number, means) name = number,
enum { COMMAND_EXITS(COMMAND_EXIT_NUMBER) };

/* What a word of a command is, which is what a shell can offer for it. */
enum command_word {
        WORD_NONE,
        WORD_GUEST,   /* a domain of libvirt's */
        WORD_PROFILE, /* a file in /etc/pillion, without its .conf */
        WORD_CHOICE,  /* one of the command's choices */
        WORD_COMMAND, /* the name of a command */
        WORD_OTHER,   /* nothing that could be offered */
};

#define COMMAND_WORDS   3u
#define COMMAND_FLAGS   12u
#define COMMAND_CHOICES 4u

struct command_flag {
        const char *name;  /* "--json"; NULL ends them */
        const char *value; /* what is given with it, after a '=': "ID"; NULL: nothing */
        const char *help;  /* one line */
};

struct command {
        const char *name;
        int (*run)(int argc, char *argv[]);
        const char *arguments; /* its words for people: "guest|host [PROFILE]"; NULL: none */
        enum command_word words[COMMAND_WORDS + 1]; /* ended by WORD_NONE */
        unsigned required;                          /* that many of them must be there */
        const char *choices[COMMAND_CHOICES + 1];   /* for a WORD_CHOICE; ended by NULL */
        struct command_flag flags[COMMAND_FLAGS + 1];
        const char *help; /* one short line, without a full stop */
        const char *more; /* what else is to be known, in lines; NULL: nothing */
};

/* Ended by one whose name is NULL. */
extern const struct command commands[];

const struct command *command_find(const char *name); /* NULL: there is none */
