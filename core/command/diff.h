/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/diff: what has changed between two texts, in the unified form that diff -u writes and patch
 * reads, with three lines around. As few lines as possible are taken out and put in. Pure. Source: Myers, "An
 * O(ND) Difference Algorithm and Its Variations", 1986; POSIX, diff -u.
 */

/* The caller's; "" if they are the same; NULL: no memory. The names are what stands after --- and +++. */
char *diff_unified(const char *before, const char *after, const char *before_name, const char *after_name);
