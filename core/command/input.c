/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands about keyboard, mouse and hotkeys, and about the configuration that says how they go. */
#include "core/command/bus.h"
#include "core/command/hotkeys.h"
#include "core/command/internal.h"
#include "core/command/line.h"

int run_input(int argc, char *argv[]) {
        return command_call("Input", "Switch", "s", command_word(argc, argv, 0));
}

int run_hotkeys(int argc, char *argv[]) {
        return command_print_with(hotkeys_print);
}

int run_keys(int argc, char *argv[]) {
        return command_print_with(keys_print);
}

int run_reload(int argc, char *argv[]) {
        return command_call("Manager", "Reload", "");
}
