/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* switcher/switch-arguments: pillion-switch's command line. Pure, but that it prints. */
#include <stdbool.h>

#include "switcher/snapshot.h"

enum switch_command {
        COMMAND_LEND,
        COMMAND_RETURN,
        COMMAND_RESTORE,
        COMMAND_PLAN_LEND,
        COMMAND_PLAN_RETURN,
        COMMAND_ADOPT,
        COMMAND_GUARD,
        COMMAND_SNAPSHOT_LIST,
        COMMAND_SNAPSHOT_TAKE,
        COMMAND_SNAPSHOT_REVERT,
        COMMAND_SNAPSHOT_REMOVE,
};

struct switch_arguments {
        enum switch_command command;
        const char *name;                  /* the command's, as it was given; borrowed */
        const char *profile;               /* NULL: none; borrowed */
        char snapshot[SNAPSHOT_NAME_SIZE]; /* its whole name; "": none */
        bool boot, undo, dry_run;
};

/* 0: go on; 1: done, all well; -EINVAL: a mistake, which has been said. */
int switch_arguments_parse(struct switch_arguments *ret, int argc, char *argv[]);

/* How a command is written, for those who complete it. */
struct switch_command_form {
        const char *first, *second; /* SECOND may be NULL */
        bool boot, undo;            /* takes --boot; takes --undo and --dry-run */
};

/* False: there are not as many. */
bool switch_command_form(struct switch_command_form *ret, unsigned number);
