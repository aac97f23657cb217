/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/sysfs: the one-line files of /sys and /proc, below ROOT: "", or for tests a folder that holds
 * both. A path is a format with its arguments. Each returns -errno as the kernel has it, and leaves *RET
 * alone then.
 */
#include <stdint.h>

#include "core/cleanup.h"

/* Its text without the end of the line; of one longer than a page the beginning. The caller's. */
__attribute__((format(printf, 3, 4))) int sysfs_read(char **ret, const char *root, const char *format, ...);
/* -EINVAL: that is no number. */
__attribute__((format(printf, 3, 4))) int sysfs_read_unsigned(uint64_t *ret, const char *root,
                                                              const char *format, ...);
/* Writes TEXT in one call, as attributes want it; the file must be there. */
__attribute__((format(printf, 3, 4))) int sysfs_write(const char *text, const char *root, const char *format,
                                                      ...);
