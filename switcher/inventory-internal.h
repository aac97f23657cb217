/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/inventory-internal: the parts of which inventory_look() is made. Each fills in its own part of
 * INVENTORY from below ROOT, a descriptor, after those above it. -ENOMEM; what cannot be read is left as it
 * is.
 */
#include "switcher/inventory.h"

/* inventory-functions.c. -EIO: there is no PCI. */
int inventory_look_at_functions(struct inventory *inventory, int root);
/* inventory-nodes.c */
int inventory_look_at_nodes(struct inventory *inventory, int root);
int inventory_look_at_framebuffers(struct inventory *inventory, int root);
/* inventory-mounts.c. FOLDER: the root, once more, as a path. */
int inventory_look_at_mounts(struct inventory *inventory, int root, const char *folder);
/* inventory-modules.c */
int inventory_look_at_modules(struct inventory *inventory, int root);
/* inventory-memory.c */
int inventory_look_at_memory(struct inventory *inventory, int root);
void inventory_look_at_firmware(struct inventory *inventory, int root);

/* The last function that PATH leads through: the nearest above what it names. NULL: none. */
struct inventory_function *inventory_on_path(const struct inventory *inventory, const char *path);
