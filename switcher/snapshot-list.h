/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/snapshot-list: what there is of snapshots, for everybody to read, since to look for oneself takes
 * root: a file for each profile, /var/lib/pillion/snapshots/PROFILE, with a line for each snapshot of each
 * disk, its words as switcher/words has them. Root writes anew what it has seen of a disk; the rest stays,
 * until all disks have been looked at.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/cleanup.h"
#include "switcher/volume.h"

struct snapshot_item {
        char *volume, *kind; /* "vg0/win10", "LVM" */
        struct snapshot snapshot;
};

struct snapshot_list {
        struct snapshot_item *items; /* the oldest first, those of one name together */
        size_t n;
};

/* ROOT is "", or a folder for tests. Without a file it is empty. Lines that are none are left out. -errno. */
int snapshot_list_read(struct snapshot_list **ret, const char *root, const char *profile);
struct snapshot_list *snapshot_list_free(struct snapshot_list *list);
DEFINE_CLEANUP(struct snapshot_list, snapshot_list_free);

/* VOLUME has just been looked at. A disk that is UNSEEN keeps its lines. */
int snapshot_list_update(const char *root, const char *profile, const struct volume *volume);

/* VOLUMES are all that there are: those of others are left out. Nothing is done if one of them is UNSEEN or
 * ABSENT, which may have another name then. */
int snapshot_list_forget(const char *root, const char *profile, const struct volumes *volumes);

/* NULL: there is none. Borrowed. */
const char *snapshot_list_latest(const struct snapshot_list *list);
/* A line for each name, and its disks. */
void snapshot_list_print(FILE *out, const struct snapshot_list *list);
/* What is lost if the disks are made what they were in NAME. How many disks those are. */
size_t snapshot_list_print_loss(FILE *out, const struct snapshot_list *list, const char *name);
