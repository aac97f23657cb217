/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/plan-print: a plan, and the way back, for people. Pure, but for the writing to OUT.
 */
#include <stdbool.h>
#include <stdio.h>

#include "switcher/loan.h"
#include "switcher/plan.h"

struct plan_view {
        const struct plan *plan;
        const struct profile *profile;
        const struct inventory *inventory;
        const struct loan *last; /* whose times are told; NULL: there was none */
        char *const *unseen;     /* what could not be seen, NULL-terminated */
};

void plan_print(FILE *out, const struct plan_view *view);
/* What is left to undo of OPEN. REBOOTED: it was begun in another boot, and most of it is gone. */
void plan_print_return(FILE *out, const struct loan *open, const struct loan *last, bool rebooted);
