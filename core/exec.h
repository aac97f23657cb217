/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/exec: the programs that one hotkey runs, one when its keys go down and one when they come up.
 *
 * Never two at a time: an edge waits for the program before it, and core/edges.h says which wait. A program
 * that runs for a sixth of its patience is named in the log; after all of it, a minute, it gets SIGTERM, and
 * after another sixth SIGKILL, as does whatever it started and left in its process group. What is meant to
 * stay is started by something that returns, such as 'systemd-run --user'.
 *
 * Each program gets our environment without what systemd said to us alone, /dev/null as input, our own output
 * and errors, no other descriptor, no blocked or ignored signal, and a process group of its own.
 *
 * Threads: the loop's. Nothing waits for a program; starting one takes as long as the kernel needs to open
 * it, so it had better not lie on a network file system that hangs.
 */
#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/argv.h"
#include "core/cleanup.h"

#define EXEC_PATIENCE_USEC (60 * 1000000u)

struct exec;

struct exec_options {
        const char *name;                    /* the hotkey's, for the log */
        char *const *press, *const *release; /* NULL: nothing is run on that edge */
        uint64_t patience;                   /* microseconds; 0: EXEC_PATIENCE_USEC */
};

/* Copies OPTIONS. */
int exec_new(struct exec **ret, sd_event *loop, const struct exec_options *options);
/*
 * A release that has happened is carried out, and given a second; what is left then, or the program of the
 * press, is ended: asked to, and killed 50 ms later. For all this it does wait. Presses that wait are
 * forgotten.
 */
struct exec *exec_free(struct exec *exec);
DEFINE_CLEANUP(struct exec, exec_free);

/* Failures are logged: there is nobody to return them to. */
void exec_press(struct exec *exec);
void exec_release(struct exec *exec);

bool exec_is_running(const struct exec *exec);
