/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/nodes: of the inventory only what steps look at again and again, without libpci and its names: the
 * functions' addresses, drivers, groups and device nodes, and the framebuffers.
 */
#include "switcher/inventory.h"

/* -ENOMEM, -errno: ROOT is not there. */
int nodes_look(struct inventory **ret, const char *root);
/* NONE if there is no such function: then that becomes one of that address, without nodes. */
const struct inventory_function *nodes_of(const struct inventory *inventory, const char *address,
                                          struct inventory_function *none);
