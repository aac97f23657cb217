/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/trusted: files that nobody but root could have put where they are: each folder on the way, and the
 * file, is root's and not for group or others to write, and no symbolic link leads elsewhere. A folder that
 * everybody may write is fine on the way if it is sticky: nobody can put another in the place of what is
 * root's.
 */
#include <stddef.h>
#include <sys/types.h>

/*
 * Opens PATH, a regular file, with FLAGS (O_RDONLY or O_PATH), and judges what was opened. OWNER is trusted
 * beside root, for tests; else 0. -EPERM: it is not to be trusted, and WHY says why and what to do, beginning
 * with the path it is about; -errno: it cannot be opened.
 */
int trusted_open(const char *path, int flags, uid_t owner, char *why, size_t size);
