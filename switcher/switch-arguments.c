/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/switch-arguments.h"

#include <getopt.h>

#include "core/cleanup.h"

static const char usage[] =
        "pillion-switch COMMAND\n\n"
        "Lends some of the host's hardware to a virtual machine, and takes it back. For root.\n"
        "A PROFILE is a file /etc/pillion/PROFILE.conf; see pillion-profile(5).\n\n"
        "  lend PROFILE           lend it: all of it, or nothing\n"
        "  return [PROFILE]       give back what is lent\n"
        "  restore [--boot]       finish what was interrupted; at boot, what is left of the last one\n"
        "  plan lend PROFILE      what lending would do, and what is in its way\n"
        "  plan return PROFILE    what returning would do\n"
        "  adopt PROFILE          move its Xorg snippets to where no crash can leave them missing;\n"
        "        [--undo]         or back; with --dry-run it only tells\n"
        "  guard PROFILE          lend it, stay while the guest runs, give it back: what\n"
        "                         pillion-guest@PROFILE.service does\n"
        "  snapshot list PROFILE  the snapshots that there are of the guest's disks\n"
        "  snapshot take PROFILE [NAME]\n"
        "                         take one now; one with a NAME stays until it is removed\n"
        "  snapshot revert|remove PROFILE NAME\n"
        "                         make the disks what they were; or do without that snapshot\n"
        "  --help, --version\n\n"
        "Exit status: 0 done; 1 failed, and all undone; 2 a mistake in the command line; 3 refused,\n"
        "nothing was done; 4 something hangs or is still to be undone; 130 interrupted, and all undone.\n";

/* A profile, or a snapshot. */
enum need {
        NEEDS_NOTHING,
        MAY_HAVE,
        NEEDS_ONE,
};

static const struct {
        const char *first, *second;
        enum need profile;
        bool boot, undo;
        enum need snapshot;
} commands[] = {
        [COMMAND_LEND] = { "lend", NULL, NEEDS_ONE },
        [COMMAND_RETURN] = { "return", NULL, MAY_HAVE },
        [COMMAND_RESTORE] = { "restore", NULL, NEEDS_NOTHING, .boot = true },
        [COMMAND_PLAN_LEND] = { "plan", "lend", NEEDS_ONE },
        [COMMAND_PLAN_RETURN] = { "plan", "return", NEEDS_ONE },
        [COMMAND_ADOPT] = { "adopt", NULL, NEEDS_ONE, .undo = true },
        [COMMAND_GUARD] = { "guard", NULL, NEEDS_ONE },
        [COMMAND_SNAPSHOT_LIST] = { "snapshot", "list", NEEDS_ONE },
        [COMMAND_SNAPSHOT_TAKE] = { "snapshot", "take", NEEDS_ONE, .snapshot = MAY_HAVE },
        [COMMAND_SNAPSHOT_REVERT] = { "snapshot", "revert", NEEDS_ONE, .snapshot = NEEDS_ONE },
        [COMMAND_SNAPSHOT_REMOVE] = { "snapshot", "remove", NEEDS_ONE, .snapshot = NEEDS_ONE },
};

static int mistake(const char *what, const char *which) {
        fprintf(stderr, "%s%s%s. Try 'pillion-switch --help'.\n", what, *which ? " " : "", which);
        return -EINVAL;
}

static int parse_options(struct switch_arguments *arguments, int argc, char *argv[]) {
        enum { OPT_BOOT = 256, OPT_UNDO, OPT_DRY_RUN, OPT_HELP, OPT_VERSION };
        static const struct option options[] = {
                { "boot", no_argument, NULL, OPT_BOOT },       { "undo", no_argument, NULL, OPT_UNDO },
                { "dry-run", no_argument, NULL, OPT_DRY_RUN }, { "help", no_argument, NULL, OPT_HELP },
                { "version", no_argument, NULL, OPT_VERSION }, { 0 },
        };
        int c;

        while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0)
                switch (c) {
                case OPT_BOOT:
                        arguments->boot = true;
                        break;
                case OPT_UNDO:
                        arguments->undo = true;
                        break;
                case OPT_DRY_RUN:
                        arguments->dry_run = true;
                        break;
                case 'h':
                case OPT_HELP:
                        fputs(usage, stdout);
                        return 1;
                case OPT_VERSION:
                        puts("pillion-switch " PILLION_VERSION);
                        return 1;
                default:
                        return mistake("That is no option of pillion-switch", "");
                }
        return 0;
}

/* The command that WORDS begin with; how many they are. */
static int find_command(struct switch_arguments *arguments, char *words[], int n) {
        for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
                if (strcmp(words[0], commands[i].first) != 0)
                        continue;
                if (commands[i].second && (n < 2 || strcmp(words[1], commands[i].second) != 0))
                        continue;
                arguments->command = (enum switch_command)i;
                arguments->name = words[0];
                return commands[i].second ? 2 : 1;
        }
        return mistake("pillion-switch has no command", words[0]);
}

static int check(const struct switch_arguments *arguments) {
        const enum need need = commands[arguments->command].profile;

        if (need == NEEDS_ONE && !arguments->profile)
                return mistake("A profile is missing after", arguments->name);
        if (need == NEEDS_NOTHING && arguments->profile)
                return mistake("No profile belongs to", arguments->name);
        if (commands[arguments->command].snapshot == NEEDS_ONE && !*arguments->snapshot)
                return mistake("A snapshot is missing after", arguments->profile);
        if (arguments->boot && !commands[arguments->command].boot)
                return mistake("--boot does not belong to", arguments->name);
        if ((arguments->undo || arguments->dry_run) && !commands[arguments->command].undo)
                return mistake(arguments->undo ? "--undo does not belong to" : "--dry-run does not belong to",
                               arguments->name);
        return 0;
}

/* What follows the command, NULL-terminated. */
static int take_words(struct switch_arguments *arguments, char *words[]) {
        if (!*words)
                return 0;
        arguments->profile = *words++;
        if (*words && commands[arguments->command].snapshot != NEEDS_NOTHING &&
            snapshot_name_complete(arguments->snapshot, *words++) < 0)
                return mistake("A snapshot has letters, digits, '-' and '.' in its name, 55 at the most; not",
                               words[-1]);
        return *words ? mistake("There is no use for", *words) : 0;
}

int switch_arguments_parse(struct switch_arguments *ret, int argc, char *argv[]) {
        struct switch_arguments arguments = { 0 };
        int r = parse_options(&arguments, argc, argv), n;

        if (r != 0)
                return r;
        if (optind == argc)
                return mistake("pillion-switch needs a command", "");
        n = find_command(&arguments, argv + optind, argc - optind);
        if (n < 0)
                return n;
        r = take_words(&arguments, argv + optind + n);
        if (r < 0)
                return r;
        r = check(&arguments);
        if (r < 0)
                return r;
        *ret = arguments;
        return 0;
}

bool switch_command_form(struct switch_command_form *ret, unsigned number) {
        if (number >= sizeof(commands) / sizeof(*commands))
                return false;
        *ret = (struct switch_command_form){ .first = commands[number].first,
                                             .second = commands[number].second,
                                             .boot = commands[number].boot,
                                             .undo = commands[number].undo };
        return true;
}
