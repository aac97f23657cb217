/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/nodes: of the inventory only what steps look at again and again, without libpci and its names: the
 * functions' addresses, drivers, groups and device nodes, and the framebuffers.
 */
#include "switcher/inventory.h"

/* -ENOMEM, -errno: ROOT is not there. */
int nodes_look(struct inventory **ret, const char *root);
/* The same, and of it the function at ADDRESS; if there is none, that is one without nodes. */
struct nodes {
        struct inventory *inventory;
        const struct inventory_function *function; /* of the inventory, or NONE */
        struct inventory_function none;
};
int nodes_find(struct nodes *ret, const char *root, const char *address); /* RET must stay where it is */
void nodes_done(struct nodes *nodes);
