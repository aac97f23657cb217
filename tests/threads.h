/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* tests/threads: how many this process has. */
#include "tests/test.h"

static inline unsigned count_threads(void) {
        char line[200];
        unsigned n = 0;
        FILE *file = fopen("/proc/self/status", "re");

        CHECK(file);
        while (fgets(line, sizeof(line), file))
                (void)sscanf(line, "Threads: %u", &n);
        fclose(file);
        return n;
}
