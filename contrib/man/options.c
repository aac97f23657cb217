/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the option list of pillion.conf(5); a program of the build, never installed. */
#include "core/config.h"

int main(void) {
        config_print_manual(stdout);
        return 0;
}
