/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/adopt: moves the Xorg snippets of a profile to where a crash cannot leave them missing: the link
 * in /etc/X11/xorg.conf.d comes to point to one in /run, which systemd-tmpfiles makes anew at each boot,
 * before any display manager. Done once, by root, and undone by the same. See tmpfiles.d(5), xorg.conf.d(5).
 */
#include <stdbool.h>
#include <stdio.h>

#include "switcher/profile.h"

#define ADOPT_ETC      "/etc/X11/xorg.conf.d"
#define ADOPT_RUN      "/run/pillion/xorg"
#define ADOPT_TMPFILES "/etc/tmpfiles.d"

struct adopt_options {
        bool undo;        /* the links are as they were, to the letter, and nothing of ours is left */
        bool dry_run;     /* only tells */
        const char *root; /* "", or for tests a folder that /etc and /run are below */
        FILE *out;        /* told what is done, a line each; borrowed */
};

/*
 * Stops at the first mistake, and may be called again after that, or after a crash. Fills PROBLEM, one line,
 * and returns -errno. -EEXIST: a snippet is a file; -ENOENT: it is not there, perhaps because it is lent.
 */
int adopt_run(const struct profile *profile, const struct adopt_options *options, char *problem, size_t size);

/* Letters, digits, '-', '_', '.'; ends with ".conf". */
bool adopt_name_is_valid(const char *name);
/* Whether a link in /etc that says TARGET is that of NAME once it was adopted. */
bool adopt_is_target(const char *target, const char *name);
