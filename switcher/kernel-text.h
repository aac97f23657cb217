/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/kernel-text: the small texts and links of sysfs and procfs. PATH is relative to DIRECTORY, a
 * descriptor, so that all of it can lie below a folder of a test.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

#include "core/cleanup.h"

/* ROOT is "" or a folder; the caller's to close. -errno. */
int kernel_open_root(const char *root);
/* A folder, as a descriptor that is good for nothing but what lies below it. -errno. */
int kernel_open(int directory, const char *path);

/* The text without the line break at its end, cut to SIZE. Its length; -errno: it cannot be read, TEXT is "".
 */
int kernel_text(int directory, const char *path, char *text, size_t size);
/* Decimal, or hexadecimal after "0x". -errno; -EINVAL: no number. */
int kernel_number(int directory, const char *path, uint64_t *ret);
/* The last part of where a link points: a driver's, a module's name. -errno: there is none, TEXT is "". */
int kernel_link(int directory, const char *path, char *text, size_t size);

/* To be read line by line, or entry by entry; NULL and errno. */
FILE *kernel_lines(int directory, const char *path);
DIR *kernel_folder(int directory, const char *path);

static inline void closedirp(DIR **folder) {
        if (*folder)
                closedir(*folder);
}

/* The next entry that is not hidden; NULL: that was all. */
const char *kernel_next(DIR *folder);
