/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/actions.h"
#include "core/argv.h"
#include "input/check.h"

int check_chord(const char *text) {
        return input_check(CONFIG_CHORD, text, NULL, 0);
}

int check_key(const char *text) {
        return strchr(text, '+') ? -EINVAL : check_chord(text);
}

static int check_actions(const char *text, char *why, size_t size) {
        static const struct action_checks checks = { check_key, check_chord };
        _cleanup_(actions_freep) struct actions *actions = NULL;

        return actions_parse(&actions, text, &checks, why, size);
}

static int check_command(const char *text, char *why, size_t size) {
        _cleanup_(argv_freep) char **argv = NULL;
        size_t error;
        int r;

        r = argv_split(&argv, text, NULL, &error);
        if (r == -EINVAL)
                snprintf(why, size, "%s", argv_mistake(text, error));
        return r;
}

int check_option(enum config_kind kind, const char *text, char *why, size_t size) {
        switch (kind) {
        case CONFIG_ACTIONS:
                return check_actions(text, why, size);
        case CONFIG_COMMAND:
                return check_command(text, why, size);
        case CONFIG_PLAIN:
        case CONFIG_CHORD:
        case CONFIG_DEVICES:
        case CONFIG_HOTKEY:
                break;
        }
        return input_check(kind, text, why, size);
}

static void on_report(const char *message, void *userdata) {
        fprintf(stderr, "pillion: %s\n", message);
}

struct config *check_load(void) {
        _cleanup_(config_paths_freep) char **paths = config_default_paths();
        struct config_source source = { .paths = paths, .check = check_option, .report = on_report };
        struct config *config = NULL;

        if (paths && config_load(&config, &source) >= 0)
                return config;
        source.paths = (char *const[]){ NULL };
        return config_load(&config, &source) < 0 ? NULL : config;
}
