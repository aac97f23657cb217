/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/domain: `pillion domain`: a guest's definition as pillion sees it, what it needs put into it,
 * and the variant that starts with SPICE. As anybody whom libvirt lets in, and without pilliond. Blocks, but
 * never for longer than DOMAIN_WAIT_USEC.
 */
#include <stdbool.h>

#define DOMAIN_WAIT_USEC 10000000

/* ARGV has been checked; an enum of core/command/commands.h. */
int domain_command(int argc, char *argv[]);

/* What its definition is now. False: that cannot be read, which has been explained. */
struct definition;
bool domain_look(struct definition *ret, const char *uri, const char *name);

/* domain-prepare.c. Shows what is changed, and changes it if that is WRITE's will or the user's at the
 * terminal. */
struct domain_edit;
struct domain_request {
        const char *uri, *name;
        const struct domain_edit *edit;
        bool write, force;
};
int domain_prepare(const struct domain_request *request);
/* The newest backup takes the definition's place; FORCE: also if it has been changed since. */
int domain_undo(const struct domain_request *request);

/* Prints DIFF, with colours if it is a terminal that is fit for them. */
void domain_print_diff(const char *diff);
