/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/hidden: device nodes out of reach: moved, within the same devtmpfs, to a folder that only root may
 * enter. A node stays the very inode that it was, with owner, mode and access list; who has it open does not
 * notice, and nobody new finds it. What is hidden is remembered by where it lies, and by nothing else.
 *
 * If the kernel removes a device meanwhile, it does not find the node and leaves it here, stale; if it makes
 * the device anew, it makes a new node in the old place.
 */
#include <limits.h>

#include "switcher/inventory.h"

#define HIDDEN_FOLDER    "/dev/.pillion"
#define HIDDEN_PATH_SIZE PATH_MAX

/* Where a node NAME ("snd/controlC0") of ADDRESS is when hidden. */
void hidden_path(char path[HIDDEN_PATH_SIZE], const char *root, const char *address, const char *name);

/* Hides the nodes of FUNCTION that are not yet. -errno; all that could be hidden is, then too. */
int hidden_hide(const struct inventory_function *function, const char *root);

/*
 * Brings back what is hidden of FUNCTION and still is a node of it, and removes the rest. ON_SHOWN is called
 * for each one brought back. -errno; goes on after it.
 */
int hidden_show(const struct inventory_function *function, const char *root,
                void (*on_shown)(const struct inventory_node *node, void *userdata), void *userdata);

/*
 * Calls EACH for all that is hidden of ADDRESS, whatever has become of its device; its first error ends that,
 * and is returned.
 */
int hidden_each(const char *root, const char *address,
                int (*each)(const char *name, dev_t number, bool block, void *userdata), void *userdata);

/* Whether NODE is in its place. */
bool hidden_is_shown(const struct inventory_node *node, const char *root);
