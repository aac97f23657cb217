/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/lvm: logical volumes and their snapshots, as lvs(8) tells of them and lvcreate, lvremove and
 * lvconvert make them. Names are checked before they are here; those of snapshots are whole ("vg0",
 * "pillion-…-win10").
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/cleanup.h"

struct lvm_volume {
        char *vg, *lv;
        char *path;   /* "/dev/vg0/win10" */
        char *origin; /* of what it is a snapshot; "" */
        char *pool;   /* it is thin, and in this pool; "" */
        char *uuid;
        char *of;                     /* the UUID of what pillion has taken it of; "" */
        bool tagged;                  /* with pillion's tag */
        bool open;                    /* somebody has it open */
        bool lost;                    /* a snapshot that ran full */
        bool merging;                 /* into its origin */
        dev_t device;                 /* 0: it is not active */
        uint64_t size, vg_free, time; /* bytes, and seconds since 1970 */
};

struct lvm {
        struct lvm_volume *items;
        size_t n;
};

/* What `lvs --reportformat json` says. Pure. -EBADMSG, -ENOMEM. */
int lvm_parse(struct lvm **ret, const char *json);
struct lvm *lvm_free(struct lvm *lvm);
DEFINE_CLEANUP(struct lvm, lvm_free);

/* NULL: there is none. Borrowed. */
const struct lvm_volume *lvm_find(const struct lvm *lvm, const char *vg, const char *lv);
const struct lvm_volume *lvm_find_device(const struct lvm *lvm, dev_t device);

/* Of vg/lv names: LVM's own rules, and no '$', '%' or option. */
bool lvm_name_is_valid(const char *name);

/* Each says why it failed in PROBLEM, one line; see switcher/tool.h. */
int lvm_look(struct lvm **ret, char *problem, size_t size);
/* SNAPSHOT of ORIGIN, BYTES large unless it is thin. */
int lvm_take(const struct lvm_volume *origin, const char *snapshot, uint64_t bytes, char *problem,
             size_t size);
int lvm_remove(const char *vg, const char *snapshot, char *problem, size_t size);
/*
 * Makes the origin what the snapshot is, which is used up by it. Returns when it is done. If they are thin,
 * no other snapshot has an origin any more, and so none can be merged; the origin's UUID stays.
 */
int lvm_merge(const char *vg, const char *snapshot, char *problem, size_t size);
