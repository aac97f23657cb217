/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/snapshot: how pillion names what it takes, and which of that has to give way. Pure.
 *
 * One name is for all disks of one moment: pillion-20261127-030106, in UTC, if pillion chose the moment, or
 * pillion-WORD if somebody did, who then is the one to remove it. In a qcow2 file that is the snapshot's
 * name; in LVM it is NAME-VOLUME, with the tag "pillion". What has no such name is not pillion's.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SNAPSHOT_TAG       "pillion"
#define SNAPSHOT_NAME_SIZE 64
#define SNAPSHOT_LV_SIZE   128 /* of LVM's own names, with the zero */

struct snapshot {
        char name[SNAPSHOT_NAME_SIZE];
        uint64_t time; /* when it was taken: seconds since 1970; 0: not known */
        bool lost;     /* it ran full, and is good for nothing any more */
        bool apart;    /* thin, and LVM has forgotten of what, so it cannot take that back to it */
};

/* Letters, digits, '-' and '.' behind "pillion-": no option, no path, and none of LVM's reserved words. */
bool snapshot_name_is_valid(const char *name);
/* Taken for a ride, to be pruned some day. */
bool snapshot_name_is_dated(const char *name);
void snapshot_name_at(char name[static SNAPSHOT_NAME_SIZE], uint64_t time);
/* What somebody has typed, with or without "pillion-". -EINVAL. */
int snapshot_name_complete(char name[static SNAPSHOT_NAME_SIZE], const char *typed);

/* -ENAMETOOLONG. */
int snapshot_lv_of(char lv[static SNAPSHOT_LV_SIZE], const char *name, const char *origin);
/* Of LV, a snapshot of ORIGIN. False: it has no name of ours. */
bool snapshot_name_of_lv(char name[static SNAPSHOT_NAME_SIZE], const char *lv, const char *origin);

/* Whether the one at I is a dated one of more than KEEP, and among the oldest of them. */
bool snapshot_is_too_many(const struct snapshot *snapshots, size_t n, size_t i, uint64_t keep);
/* NULL: there is none of NAME. */
const struct snapshot *snapshot_find(const struct snapshot *snapshots, size_t n, const char *name);
