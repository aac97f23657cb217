/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/links: links and small files that are there whole or not at all, whenever the power goes. What has
 * returned 0 is on the disk. Each returns -errno.
 */
#include "core/cleanup.h"

/* What PATH points to, as it is written there. -ENOENT; -EINVAL: that is no link. The caller's. */
int link_read(char **ret, const char *path);
/* Makes PATH a link to TARGET, in place of whatever but a folder is there. */
int link_put(const char *path, const char *target);
/* Writes a file that all may read, likewise. */
int link_put_file(const char *path, const char *text);
/* Removes the link, or file, if it is there. */
int link_remove(const char *path);
/* Makes the folder and those above it, for all to read. It may be there. */
int link_make_folder(const char *path);
