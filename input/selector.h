/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/selector: a list of devices, as [input] devices= and its sisters take it. Pure.
 *
 *         all-keyboards, all-mice     what udev classified so
 *         046d:c52b                   vendor and product, hexadecimal
 *         name:GLOB                   what the device calls itself, in any case of letters
 *         phys:GLOB                   where it is plugged in
 *         /dev/input/GLOB             the node itself, or any link that udev has made to it
 *
 * Blanks separate the terms; what is in quotes keeps its own: name:"Das Keyboard*". A term after '!' leaves
 * out what it matches, wherever it stands and whatever the others say. GLOB is fnmatch(3)'s.
 */
#include <stddef.h>

#include "core/cleanup.h"
#include "input/discovered.h"

struct selector;

enum selection {
        SELECTION_NONE,
        SELECTION_EXCLUDED,
        SELECTION_KIND,  /* only as one of all keyboards or mice */
        SELECTION_NAMED, /* by a term that says which */
};

/* An empty list selects nothing. -EINVAL: WHY says which term is wrong, and how; -ENOMEM. */
int selector_new(struct selector **ret, const char *text, char *why, size_t size);
struct selector *selector_free(struct selector *selector); /* accepts NULL, returns NULL */
DEFINE_CLEANUP(struct selector, selector_free);

enum selection selector_select(const struct selector *selector, const struct discovered *node);

/* Whether the list has all-keyboards or all-mice. */
bool selector_has_all_keyboards(const struct selector *selector);
bool selector_has_all_mice(const struct selector *selector);

/* The first term that says which device it wants and finds none among NODES, without its quotes; or NULL. */
const char *selector_unmet(const struct selector *selector, struct discovered *const *nodes, size_t n);
