/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/allowed-cpus: AllowedCPUs= of units that run, as systemd has it and as the kernel does. An empty
 * set is all processors. Fails as switcher/units.h does. Source: systemd.resource-control(5), and cpuset in
 * Linux's Documentation/admin-guide/cgroup-v2.rst.
 */
#include <sched.h>

#include "switcher/units.h"

int allowed_cpus_get(struct units *units, const char *unit, cpu_set_t *ret);
/* Until the next boot. systemd writes a file for it: allowed_cpus_file(). */
int allowed_cpus_set(struct units *units, const char *unit, const cpu_set_t *set);
/*
 * Whether both have it. The kernel does not empty the set of a group with processes: one that has all that
 * its parent has counts as empty. -EIO; -EOPNOTSUPP: the kernel does not confine that unit.
 */
int allowed_cpus_verify(struct units *units, const char *unit, const cpu_set_t *wanted);
/* Makes it such a one, as far as the kernel goes. */
int allowed_cpus_set_all(struct units *units, const char *unit);

#define ALLOWED_CPUS_FILES 2

/*
 * Where systemd keeps what it was told: one of these, depending on whether the unit has a file of its own.
 * The caller's; NULL: no memory.
 */
char *allowed_cpus_file(const char *unit, unsigned i);
