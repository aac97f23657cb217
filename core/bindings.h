/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/bindings: the configured hotkeys, each with what it does, checked against each other. Pure.
 */
#include <stddef.h>

#include "core/actions.h"
#include "core/cleanup.h"
#include "core/config.h"
#include "input/hotkey.h"

struct binding {
        char *name;
        char *keys; /* as configured */
        struct actions *press, *release;
        char **exec, **exec_release; /* programs with their arguments */
};

struct bindings {
        size_t n;
        struct hotkey *hotkeys; /* as many, in the same order: for input */
        struct keys host_keys;  /* all that host-key actions press */
        struct binding *list;
};

/* -EINVAL after REPORT has been given every mistake, as "file:line: ...". HOME: for '~'; may be NULL. */
int bindings_new(struct bindings **ret, const struct config *config, const char *home,
                 config_report_fn report, void *userdata);
struct bindings *bindings_free(struct bindings *bindings);
DEFINE_CLEANUP(struct bindings, bindings_free);

/* Writes what a hotkey does: "mic:push-to-talk, host-key:f13; when released mumble:mute". */
void bindings_describe(char *buf, size_t size, const struct binding *binding);
