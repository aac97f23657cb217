/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/plan: from a profile and an inventory to the ordered steps that lend the hardware, or to why it
 * must not be lent. Pure. The way back needs no plan: it is the journal, read backwards.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/cleanup.h"
#include "switcher/desktop.h"
#include "switcher/holders.h"
#include "switcher/inventory.h"
#include "switcher/profile.h"
#include "switcher/step.h"
#include "switcher/volume.h"

struct plan_facts {
        const struct profile *profile;
        const struct inventory *inventory;
        const struct holders *holders; /* NULL: could not be seen */
        const struct desktop *desktop; /* NULL: could not be seen */
        char *const *hostdevs;         /* PCI addresses of the domain; NULL: could not be seen */
        bool guest_runs;
        bool guest_missing;            /* libvirt knows no such guest */
        const struct volumes *volumes; /* that a snapshot is taken of, as they are; NULL: not known which */
        const char *snapshot;          /* what it will be called */
        const char *guest_problem;     /* why libvirt could not say, if that is in the way; NULL */
        const char *snippets;          /* a folder for tests; NULL: /etc/X11 */
};

/* A blocker, and what to do about it. */
struct plan_refusal {
        char *blocker; /* "0000:02:00.1 (e1000) shares IOMMU group 7 with 0000:02:00.0, and is not lent" */
        char *remedy;
};

struct plan {
        char **functions; /* that are lent, NULL-terminated */
        struct step *steps;
        size_t n_steps;
        struct plan_refusal *refusals; /* if any: it must not be carried out */
        size_t n_refusals;
        char **warnings; /* NULL-terminated: one line each */
};

/* -ENOMEM. Refusals are no error. */
int plan_make(struct plan **ret, const struct plan_facts *facts);
struct plan *plan_free(struct plan *plan);
DEFINE_CLEANUP(struct plan, plan_free);
