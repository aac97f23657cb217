/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether FOLDER/NAME.conf is a profile, whoever owns it: "pillion-test-profile FOLDER NAME". Says what is
 * wrong. */
#include <unistd.h>

#include "switcher/profile.h"

static void on_report(const char *message, void *userdata) {
        fprintf(stderr, "%s\n", message);
}

int main(int argc, char *argv[]) {
        _cleanup_(profile_freep) struct profile *profile = NULL;

        if (argc != 3)
                return 2;
        return profile_load(&profile, argv[1], argv[2], getuid(), on_report, NULL) < 0;
}
