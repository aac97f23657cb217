/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the list of keys of pillion-profile(5); a program of the build, never installed. */
#include "switcher/profile.h"

int main(void) {
        profile_print_manual(stdout);
        return 0;
}
