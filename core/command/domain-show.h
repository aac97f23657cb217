/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/domain-show: what pillion sees in a guest's definition, what is missing from it, and which
 * command mends that. Pure, but for the writing to OUT.
 */
#include <stdbool.h>
#include <stdio.h>

#include "switcher/domain-hardware.h"
#include "switcher/domain.h"
#include "switcher/inventory.h"

struct domain_view {
        struct domain_info *info;
        struct domain_hardware *hardware;
        struct inventory *inventory;    /* NULL: the host's hardware cannot be seen */
        char keyboard[160], mouse[160]; /* the nodes that are pillion's */
        bool active;
        bool plugged; /* pillion.conf says that they are plugged in, so the definition need not name them */
};

/* domain-view.c: what XML says, and what there is on this machine. -EINVAL: not a domain's XML; -ENOMEM. */
int domain_view_look(struct domain_view *ret, const char *xml);
void domain_view_done(struct domain_view *view);

#define DOMAIN_FINDINGS 6u

struct domain_finding {
        bool missing; /* else it is a hint */
        char what[300];
        char command[200];
};

/* Fills in all that is to be said; how many there are. */
size_t domain_find(const struct domain_view *view, struct domain_finding findings[DOMAIN_FINDINGS]);

/* Whether a GPU of NVIDIA's is among the hostdevs, some of whose drivers refuse to run in a guest. */
bool domain_view_has_nvidia(const struct domain_view *view);

void domain_show_print(FILE *out, const struct domain_view *view);
void domain_show_print_json(FILE *out, const struct domain_view *view);

/* NAME as a word for the shell. */
void domain_word(char *text, size_t size, const char *name);
