/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/facts: gathers all that a plan is made from: asks the kernel, libvirt, systemd and logind, and
 * looks at all processes. Changes nothing. What cannot be seen is no error, but is said. Threads: none may
 * run beside, as for any fork().
 */
#include "core/cleanup.h"
#include "switcher/domain-hardware.h"
#include "switcher/guest.h"
#include "switcher/plan.h"
#include "switcher/watched.h"

struct facts {
        struct inventory *inventory;
        struct watched *watched; /* the nodes that HOLDERS may have open */
        struct holders *holders; /* NULL: could not be seen */
        struct desktop *desktop; /* the same */
        struct guest_view guest;
        struct domain_hardware *hardware; /* the same, and if there is no such guest */
        char **hostdevs;                  /* of it, NULL-terminated */
        struct volumes *volumes;          /* that snapshots are taken of; NULL: none, or not known which */
        char snapshot[SNAPSHOT_NAME_SIZE];
        char **unseen;          /* what could not be seen and why, one line each; NULL-terminated */
        struct plan_facts plan; /* borrows from all that */
};

/* PROFILE is borrowed. -EIO: there is no PCI; -ENOMEM. */
int facts_gather(struct facts **ret, const struct profile *profile);
struct facts *facts_free(struct facts *facts);
DEFINE_CLEANUP(struct facts, facts_free);
