/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/modules: the kernel's modules, loaded and unloaded. Names are as in /sys/module, with underscores.
 */
#include <stdbool.h>

#include "switcher/step.h"

bool module_is_loaded(const char *root, const char *name);
/* The module of a PCI driver; the caller's. -ENOENT: there is no such driver, or it is built in. */
int module_of_driver(char **ret, const char *root, const char *driver);

/* By the modprobe that the kernel itself would call, so with what the module needs and its options. Waits for
 * it, up to a minute. Fills the call's problem. */
int module_load(struct step_call *call, const char *name);
/* Unloads it and what only it has needed, if nobody uses it; whether it has makes no difference. A driver
 * that has functions is not in use for that. */
void module_drop(struct step_call *call, const char *name);

/* Never waits: -EAGAIN, somebody uses it. -ENOENT: it is not there. See delete_module(2). */
int module_unload(const char *name);
/* How many do, other modules among them, which are named in RET_USERS, "" if there are none; the caller's. */
unsigned module_references(char **ret_users, const char *root, const char *name);
