/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pillion-switch: the host's side of lending its hardware. Each command is a few lines; see
 * pillion-switch(8). */
#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "core/log.h"
#include "switcher/adopt.h"
#include "switcher/guard.h"
#include "switcher/snapshots.h"
#include "switcher/switch-arguments.h"
#include "switcher/switcher.h"

static int lend(const struct switch_arguments *arguments) {
        _cleanup_(switcher_freep) struct switcher *switcher = NULL;
        _cleanup_(profile_freep) struct profile *profile = NULL;
        enum switch_status status = switcher_load_profile(&profile, arguments->profile);

        if (status == SWITCH_DONE)
                status = switcher_open(&switcher, arguments->name, arguments->profile, true);
        return status == SWITCH_DONE ? switcher_lend(switcher, profile) : status;
}

/* Also restore. */
static int give_back(const struct switch_arguments *arguments) {
        _cleanup_(switcher_freep) struct switcher *switcher = NULL;
        enum switch_status status = switcher_open(
                &switcher, arguments->name, arguments->profile ? arguments->profile : "", !arguments->boot);

        if (status != SWITCH_DONE)
                return status;
        return arguments->boot ? switcher_restore_boot(switcher)
                               : switcher_return(switcher, arguments->profile);
}

static int plan(const struct switch_arguments *arguments) {
        _cleanup_(profile_freep) struct profile *profile = NULL;
        enum switch_status status = switcher_load_profile(&profile, arguments->profile);

        if (status != SWITCH_DONE)
                return status;
        return switcher_print_plan(profile, arguments->command == COMMAND_PLAN_RETURN);
}

static int adopt(const struct switch_arguments *arguments) {
        const struct adopt_options options = {
                .undo = arguments->undo, .dry_run = arguments->dry_run, .root = "", .out = stdout
        };
        _cleanup_(switcher_freep) struct switcher *switcher = NULL;
        _cleanup_(profile_freep) struct profile *profile = NULL;
        enum switch_status status = switcher_load_profile(&profile, arguments->profile);
        char problem[600];

        if (status == SWITCH_DONE)
                status = switcher_open(&switcher, arguments->name, arguments->profile, false);
        if (status != SWITCH_DONE)
                return status;
        if (adopt_run(profile, &options, problem, sizeof(problem)) >= 0)
                return SWITCH_DONE;
        log_error("%s", problem);
        return SWITCH_FAILED;
}

/* In use after all: systemd starts the guard again, and it takes the loan over. */
static int end_loan(void *userdata) {
        struct switcher *switcher = userdata;
        enum switch_status status;

        interrupt_forget(switcher_interrupt(switcher));
        status = switcher_return(switcher, NULL);
        return status == SWITCH_REFUSED ? EX_TEMPFAIL : (int)status;
}

/*
 * What one that was killed has left half done is undone first. If it was giving back, that is all: to lend
 * anew, and restart the desktop for it, is not what anybody has asked for.
 */
static enum switch_status clear_up(struct switcher *switcher, const char *profile) {
        enum switcher_leftover leftover = switcher_look_for_leftover(profile);
        enum switch_status status;

        if (leftover == LEFTOVER_NONE)
                return SWITCH_DONE;
        status = switcher_return(switcher, profile);
        if (status != SWITCH_DONE || leftover != LEFTOVER_OF_RETURN)
                return status;
        log_error("'%s' was on its way back, and is back now; to have it lent, start it once more", profile);
        return SWITCH_FAILED;
}

/* What one that was killed had lent is taken over. */
static int guard(const struct switch_arguments *arguments) {
        _cleanup_(switcher_freep) struct switcher *switcher = NULL;
        _cleanup_(profile_freep) struct profile *profile = NULL;
        enum switch_status status = switcher_load_profile(&profile, arguments->profile);

        if (status == SWITCH_DONE)
                status = switcher_open(&switcher, arguments->name, arguments->profile, true);
        if (status == SWITCH_DONE)
                status = clear_up(switcher, arguments->profile);
        if (status == SWITCH_DONE)
                status = switcher_lend(switcher, profile);
        if (status != SWITCH_DONE)
                return status;
        return guard_stay(&(const struct guard_options){ profile, interrupt_fd(switcher_interrupt(switcher)),
                                                         end_loan, switcher });
}

/* Whoever is at work with the hardware is not to find a disk other than it was. */
static int change_snapshots(const struct switch_arguments *arguments) {
        _cleanup_(switcher_freep) struct switcher *switcher = NULL;
        _cleanup_(profile_freep) struct profile *profile = NULL;
        enum switch_status status = switcher_load_profile(&profile, arguments->profile);

        if (status == SWITCH_DONE)
                status = switcher_open(&switcher, arguments->name, arguments->profile, false);
        if (status != SWITCH_DONE)
                return status;
        if (arguments->command == COMMAND_SNAPSHOT_TAKE)
                return snapshots_take(profile, arguments->snapshot);
        if (arguments->command == COMMAND_SNAPSHOT_REVERT)
                return snapshots_revert(profile, arguments->snapshot);
        return snapshots_remove(profile, arguments->snapshot);
}

static int list_snapshots(const struct switch_arguments *arguments) {
        _cleanup_(profile_freep) struct profile *profile = NULL;
        enum switch_status status = switcher_load_profile(&profile, arguments->profile);

        return status == SWITCH_DONE ? snapshots_list(profile) : status;
}

static int run(const struct switch_arguments *arguments) {
        switch (arguments->command) {
        case COMMAND_LEND:
                return lend(arguments);
        case COMMAND_RETURN:
        case COMMAND_RESTORE:
                return give_back(arguments);
        case COMMAND_PLAN_LEND:
        case COMMAND_PLAN_RETURN:
                return plan(arguments);
        case COMMAND_ADOPT:
                return adopt(arguments);
        case COMMAND_GUARD:
                return guard(arguments);
        case COMMAND_SNAPSHOT_LIST:
                return list_snapshots(arguments);
        case COMMAND_SNAPSHOT_TAKE:
        case COMMAND_SNAPSHOT_REVERT:
        case COMMAND_SNAPSHOT_REMOVE:
                return change_snapshots(arguments);
        }
        return SWITCH_USAGE;
}

/* Whatever we open must not become one of these. */
static void have_standard_streams(void) {
        int fd;

        do
                fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        while (fd >= 0 && fd <= STDERR_FILENO);
        close_fd(fd);
}

int main(int argc, char *argv[]) {
        struct switch_arguments arguments;
        int r;

        have_standard_streams();
        setlocale(LC_CTYPE, "");
        umask(022);
        r = switch_arguments_parse(&arguments, argc, argv);
        if (r != 0)
                return r > 0 ? SWITCH_DONE : SWITCH_USAGE;
        if (geteuid() != 0) {
                fputs("pillion-switch is for root. The group pillion may have systemd run it: "
                      "'systemctl start pillion-guest@PROFILE'; and 'pillion plan' is for everybody.\n",
                      stderr);
                return SWITCH_REFUSED;
        }
        return run(&arguments);
}
