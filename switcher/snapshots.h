/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/snapshots: what `pillion-switch snapshot` does. For root. All disks of the profile are meant
 * together, and the guest must not run. What is refused is said, and why; the list for everybody
 * (switcher/snapshot-list) is brought up to date.
 */
#include "switcher/profile.h"
#include "switcher/transaction.h"

enum switch_status snapshots_list(const struct profile *profile);
/* NAME "": the time's. Of all disks, or none. */
enum switch_status snapshots_take(const struct profile *profile, const char *name);
/* Makes each disk that has NAME what it was. Nothing is begun if one of them cannot be. */
enum switch_status snapshots_revert(const struct profile *profile, const char *name);
enum switch_status snapshots_remove(const struct profile *profile, const char *name);
