/* SPDX-License-Identifier: GPL-2.0-or-later */
/* On a real pseudo-terminal: what the environment says of it. */
#include "core/terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/test.h"

static FILE *terminal; /* the far end of it */

static void has(const char *kind, const char *never, bool moves, bool colours) {
        if (kind)
                setenv("TERM", kind, 1);
        else
                unsetenv("TERM");
        if (never)
                setenv("NO_COLOR", never, 1);
        else
                unsetenv("NO_COLOR");
        CHECK_EQ(terminal_is(terminal), moves);
        CHECK_EQ(terminal_wants_colour(terminal), colours);
}

static void test_environment(void) {
        has("xterm", NULL, true, true);
        has("xterm", "", true, true);
        has("xterm", "0", true, false);
        has("dumb", NULL, false, false);
        has(NULL, NULL, false, false);
}

static void test_file(void) {
        FILE *file = tmpfile();

        setenv("TERM", "xterm", 1);
        unsetenv("NO_COLOR");
        CHECK(!terminal_is(file));
        CHECK(!terminal_wants_colour(file));
        fclose(file);
}

int main(void) {
        int near = posix_openpt(O_RDWR | O_NOCTTY);

        CHECK(near >= 0 && grantpt(near) == 0 && unlockpt(near) == 0);
        terminal = fdopen(open(ptsname(near), O_RDWR | O_NOCTTY | O_CLOEXEC), "r+");
        CHECK(terminal);
        test_environment();
        test_file();
        fclose(terminal);
        close(near);
        return 0;
}
