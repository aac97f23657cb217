/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool terminal_is(FILE *out) {
        const char *kind = getenv("TERM");

        return isatty(fileno(out)) && kind && strcmp(kind, "dumb") != 0;
}

bool terminal_wants_colour(FILE *out) {
        const char *never = getenv("NO_COLOR");

        return terminal_is(out) && !(never && *never);
}
