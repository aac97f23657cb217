/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/cpu-list: sets of processors as text: "0-3,8", and with "^2" leaving one out, as libvirt takes
 * them. Pure.
 */
#include <sched.h>

#include "core/cleanup.h"

/* Adds those of TEXT to SET. -EINVAL, -ERANGE: not of that form, or a number that is too large; part of it
 * may have been added. */
int cpu_list_add(cpu_set_t *set, const char *text);
/* "" of none. The caller's; NULL: no memory. */
char *cpu_list_format(const cpu_set_t *set);
