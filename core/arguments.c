/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/arguments.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/config.h"

static void usage(FILE *out) {
        fprintf(out,
                "pilliond [OPTION…]\n\n"
                "Rides along with a virtual machine that has the real GPU: its keyboard, mouse and sound.\n"
                "Meant to be run by 'systemctl --user start pilliond'.\n\n"
                "  -c, --config FILE  read this file rather than /etc/pillion/pillion.conf and\n"
                "                     ~/.config/pillion/pillion.conf\n"
                "      --check        read the configuration, say what is wrong with it, and end\n"
                "  -h, --help         this text\n"
                "      --version      the version\n\nConfiguration, with the defaults:\n\n");
        config_print_help(out);
}

static int give_path(struct arguments *arguments, const char *path) {
        char **paths = calloc(2, sizeof(*paths));

        if (paths)
                paths[0] = strdup(path);
        config_paths_free(arguments->paths);
        arguments->paths = paths;
        arguments->paths_given = true;
        return paths && paths[0] ? 0 : -ENOMEM;
}

enum { OPT_CHECK = 256, OPT_VERSION };
const struct option arguments_options[] = {
        { "config", required_argument, NULL, 'c' },
        { "check", no_argument, NULL, OPT_CHECK },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, OPT_VERSION },
        { 0 },
};

int arguments_parse(struct arguments *arguments, int argc, char *argv[]) {
        int c;

        *arguments = (struct arguments){ .paths = config_default_paths() };
        if (!arguments->paths)
                return -EX_OSERR;
        while ((c = getopt_long(argc, argv, "c:h", arguments_options, NULL)) >= 0)
                switch (c) {
                case 'c':
                        if (give_path(arguments, optarg) < 0)
                                return -EX_OSERR;
                        break;
                case OPT_CHECK:
                        arguments->check = true;
                        break;
                case 'h':
                        usage(stdout);
                        return 1;
                case OPT_VERSION:
                        puts("pilliond " PILLION_VERSION);
                        return 1;
                default:
                        fputs("Try 'pilliond --help'.\n", stderr);
                        return -EX_USAGE;
                }
        if (optind < argc) {
                fprintf(stderr, "pilliond takes no '%s'. Try 'pilliond --help'.\n", argv[optind]);
                return -EX_USAGE;
        }
        return 0;
}

void arguments_done(struct arguments *arguments) {
        arguments->paths = config_paths_free(arguments->paths);
}
