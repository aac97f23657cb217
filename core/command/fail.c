/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/fail.h"

#include <stdio.h>
#include <string.h>

#include "core/command/commands.h"
#include "switcher/profile.h"

int command_fail(const char *what, int r) {
        fprintf(stderr, "pillion: %s: %s\n", what, strerror(-r));
        return EXIT_FAILED;
}

int command_fail_no_guest(const char *uri, const char *domain) {
        fprintf(stderr, "pillion: there is no guest '%s'; 'virsh -c %s list --all' lists them\n", domain,
                uri);
        return EXIT_FAILED;
}

bool command_check_profile(const char *name) {
        bool valid = profile_name_is_valid(name);

        if (!valid)
                fprintf(stderr, "pillion: '%s' is no name of a profile: letters, digits, '-', '_' and '.'\n",
                        name);
        return valid;
}
