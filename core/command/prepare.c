/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that come before the ride, and need no pilliond: what is right, what would be done. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/command/init.h"
#include "core/command/internal.h"
#include "core/command/line.h"
#include "core/command/plan.h"
#include "core/command/status.h"
#include "core/doctor/doctor.h"
#include "core/terminal.h"

static int list_groups(struct doctor *doctor) {
        int r = doctor_run_groups(doctor, "");

        if (r == -ENODEV)
                fputs("pillion: There are no IOMMU groups: the IOMMU is off, or there is none; see "
                      "'pillion doctor'\n",
                      stderr);
        else if (r < 0)
                fprintf(stderr, "pillion: The hardware cannot be looked at: %s\n", strerror(-r));
        return r < 0 ? EXIT_FAILED : EXIT_DONE;
}

/* 0: it is no terminal. */
static unsigned columns_of(int fd) {
        struct winsize size = { 0 };

        return ioctl(fd, TIOCGWINSZ, &size) < 0 ? 0 : size.ws_col;
}

int run_doctor(int argc, char *argv[]) {
        struct doctor doctor = {
                .out = stdout,
                .json = command_has_flag(argc, argv, "--json"),
                .colour = terminal_wants_colour(stdout),
                .width = columns_of(STDOUT_FILENO),
        };

        if (command_has_flag(argc, argv, "--groups"))
                return list_groups(&doctor);
        return doctor_run(&doctor, "") == 0 ? EXIT_DONE : EXIT_FAILED;
}

int run_init(int argc, char *argv[]) {
        bool write = command_has_flag(argc, argv, "--write");

        return init_command(stdout, command_word(argc, argv, 0), write);
}

int run_plan(int argc, char *argv[]) {
        const char *profile = command_word(argc, argv, 1);

        if (strcmp(command_word(argc, argv, 0), "guest") == 0)
                return plan_command_lend(stdout, profile);
        if (profile) {
                fputs("pillion: 'plan host' takes no profile: what is lent now is what would be given back\n",
                      stderr);
                return EXIT_USAGE;
        }
        return plan_command_return(stdout);
}
