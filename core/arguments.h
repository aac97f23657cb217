/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* core/arguments: pilliond's command line. */
#include <getopt.h>
#include <stdbool.h>

struct arguments {
        char **paths;     /* of the configuration, NULL-terminated */
        bool paths_given; /* by --config: then the file must exist */
        bool check;
};

/* Ended by one without a name. */
extern const struct option arguments_options[];

/* 0: go on; 1: done, all well; negative: an exit status, negated, and stderr says why. */
int arguments_parse(struct arguments *arguments, int argc, char *argv[]);
void arguments_done(struct arguments *arguments);
