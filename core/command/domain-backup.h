/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/domain-backup: definitions as they were before pillion changed them, and what they became by
 * that, so that the way back is known, and whether somebody else has changed it since. They hold passwords:
 * nobody but the user may read them.
 *
 * $XDG_STATE_HOME/pillion/domains/NAME/TIME.xml, and TIME.became.xml beside it.
 */
#include "core/cleanup.h"

struct domain_backup {
        char *path;         /* of the first */
        char *was, *became; /* BECAME: NULL if that was never told */
};

/* Keeps WAS; RET_PATH, the caller's, says where. -EINVAL: no folder can be called as DOMAIN is; -errno. */
int domain_backup_keep(char **ret_path, const char *domain, const char *was);
/* What it became, once it has. */
int domain_backup_complete(const char *path, const char *became);
/* What is to be lost, NOW, is kept beside the backup at PATH, as TIME.undone. RET_PATH is the caller's. */
int domain_backup_keep_forced(char **ret_path, const char *path, const char *now);
/* The newest that there is; -ENOENT: none. */
int domain_backup_newest(struct domain_backup *ret, const char *domain);
/* There is no going back to it any more. */
void domain_backup_drop(const char *path);
void domain_backup_done(struct domain_backup *backup);
