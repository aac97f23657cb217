/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/snapshot.h"

#include <spawn.h>
#include <stdbool.h>
#include <sys/wait.h>

#include "core/command/fail.h"
#include "core/command/line.h"
#include "switcher/profile.h"
#include "switcher/snapshot-list.h"

/* Its output is ours. How the command is to end. REMEDY: what to do if it cannot be run. */
static int run(char *const argv[], const char *remedy) {
        int status, r;
        pid_t pid;

        fflush(NULL);
        r = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
        if (r > 0) {
                fprintf(stderr, "pillion: %s cannot be run: %s; %s\n", argv[0], strerror(r), remedy);
                return EXIT_FAILED;
        }
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
                ;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? EXIT_DONE : EXIT_FAILED;
}

/* As root itself; for others, who revert, pkexec asks polkit for a password. NAME may be NULL for root. */
static int run_switch(const char *verb, const char *profile, const char *name) {
        char *const words[] = { "pkexec",        PILLION_SWITCH, "snapshot", (char *)verb,
                                (char *)profile, (char *)name,   NULL };
        char remedy[300];

        if (geteuid() == 0)
                return run(words + 1, "pillion is not installed whole");
        snprintf(remedy, sizeof(remedy), "'sudo pillion snapshot revert %s %s' does without", profile, name);
        return run(words, remedy);
}

/* NULL: it cannot be read, which has been said. */
static struct snapshot_list *read_list(const char *profile) {
        struct snapshot_list *list = NULL;
        int r = snapshot_list_read(&list, "", profile);

        if (r < 0)
                fprintf(stderr, "pillion: the list of snapshots of %s cannot be read: %s\n", profile,
                        strerror(-r));
        return list;
}

static int none_known(const char *profile) {
        fprintf(stderr,
                "pillion: no snapshots of %s are known; 'sudo pillion-switch snapshot list %s' looks, and "
                "'snapshot = auto' in " PROFILE_DIRECTORY "/%s.conf has them taken\n",
                profile, profile, profile);
        return EXIT_FAILED;
}

static int list_all(const char *profile) {
        _cleanup_(snapshot_list_freep) struct snapshot_list *list = NULL;

        if (geteuid() == 0)
                return run_switch("list", profile, NULL);
        list = read_list(profile);
        if (!list)
                return EXIT_FAILED;
        if (list->n == 0)
                return none_known(profile);
        snapshot_list_print(stdout, list);
        return EXIT_DONE;
}

static bool ask(void) {
        char line[16] = "";

        if (!isatty(STDIN_FILENO)) {
                fputs("pillion: nobody is there to be asked; with --yes it is done unasked\n", stderr);
                return false;
        }
        fputs("Go back to it? [y/N] ", stdout);
        fflush(stdout);
        return fgets(line, sizeof(line), stdin) && (line[0] == 'y' || line[0] == 'Y');
}

static int revert(const char *profile, const char *typed, bool yes) {
        _cleanup_(snapshot_list_freep) struct snapshot_list *list = read_list(profile);
        char name[SNAPSHOT_NAME_SIZE];

        if (!list)
                return EXIT_FAILED;
        if (list->n == 0)
                return none_known(profile);
        if (snapshot_name_complete(name, typed ? typed : snapshot_list_latest(list)) < 0 ||
            snapshot_list_print_loss(stdout, list, name) == 0) {
                fprintf(stderr, "pillion: there is no snapshot '%s'; 'pillion snapshot list %s' shows them\n",
                        typed, profile);
                return EXIT_FAILED;
        }
        if (!yes && !ask()) {
                fputs("Nothing was done.\n", stdout);
                return EXIT_FAILED;
        }
        return run_switch("revert", profile, name);
}

int snapshot_command(int argc, char *argv[]) {
        const char *profile = command_word(argc, argv, 1), *name = command_word(argc, argv, 2);
        bool list = strcmp(command_word(argc, argv, 0), "list") == 0;

        if (!command_check_profile(profile))
                return EXIT_USAGE;
        if (list && name) {
                fputs("pillion: 'snapshot list' shows all: it takes no name\n", stderr);
                return EXIT_USAGE;
        }
        return list ? list_all(profile) : revert(profile, name, command_has_flag(argc, argv, "--yes"));
}
