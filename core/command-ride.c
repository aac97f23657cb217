/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that have a guest start, stand still, go on and end. Each waits until it has come to that. */
#include "core/command-bus.h"
#include "core/command-line.h"
#include "core/commands-internal.h"

int run_start(int argc, char *argv[]) {
        const char *guest = command_word(argc, argv, 0);

        return command_call("Manager", "Start", "s", guest ? guest : "");
}

int run_stop(int argc, char *argv[]) {
        return command_call("Manager", "Stop", "b", command_has_flag(argc, argv, "--force"));
}

int run_pause(int argc, char *argv[]) {
        return command_call("Manager", "Pause", "");
}

int run_resume(int argc, char *argv[]) {
        return command_call("Manager", "Resume", "");
}
