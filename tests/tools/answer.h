/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* tests/tools/answer: what pillion-test-input has to say: a line at a time, or, once, what went wrong. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn static inline void die(const char *what) {
        fprintf(stderr, "pillion-test-input: %s: %s\n", what, strerror(errno));
        exit(1);
}

static inline int answer(const char *text) {
        printf("%s\n", text);
        return fflush(stdout);
}
