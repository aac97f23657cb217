/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/program: runs a program and waits for its end, without a shell. It has our environment, our
 * process group, /dev/null as input, and no other descriptor of ours.
 */
#include <stddef.h>
#include <stdint.h>

/*
 * ARGV[0] is looked for in the PATH. What it says, errors included, is in OUTPUT, as far as it fits. Its exit
 * status, or 128 and the signal that ended it; -ETIMEDOUT: it was killed after USEC; -ENOENT: there is none;
 * another -errno: it could not be run.
 */
int program_run(char *const argv[], uint64_t usec, char *output, size_t size);
/* The same, but what it says as an error is apart, in ERRORS. */
int program_run_apart(char *const argv[], uint64_t usec, char *output, size_t size, char *errors,
                      size_t errors_size);
