/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* switcher/profile-volumes: the disks that a profile has snapshots taken of, in its own words or the
 * domain's. */
#include "switcher/profile.h"
#include "switcher/volume.h"

/*
 * XML is the domain's definition; NULL: it could not be seen. WHY they are not to be looked at; NULL: they
 * are. -ENODATA: it takes the definition to know which; -EINVAL: that cannot be read; -ENOMEM.
 */
int profile_volumes(struct volumes **ret, const struct profile *profile, const char *xml, const char *why);
/* Whether there are any to be. */
bool profile_has_snapshots(const struct profile *profile);
