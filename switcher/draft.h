/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/draft: a first profile for a guest, with comments that say what was found and why it says what it
 * does. Pure, but for the writing to OUT.
 */
#include <stdio.h>

#include "switcher/domain-hardware.h"
#include "switcher/inventory.h"

struct draft_facts {
        const char *name, *domain, *uri;
        const struct domain_hardware *hardware;
        const struct inventory *inventory;
        char *const *snippets; /* Xorg's that name a GPU that is lent; NULL-terminated */
        char *const *units;    /* that are installed and known to keep a GPU open; NULL-terminated */
};

void draft_print(FILE *out, const struct draft_facts *facts);

/* The name of a profile for DOMAIN: what no name has is '-'. NULL: no memory. The caller's. */
char *draft_name(const char *domain);
