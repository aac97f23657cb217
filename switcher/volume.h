/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/volume: a disk of the guest's as its snapshots see it: a logical volume or a qcow2 file. Only
 * pillion's own snapshots of it are known here, so no others can be touched.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "switcher/snapshot.h"

enum volume_kind {
        VOLUME_UNSEEN, /* it could not be looked at, or nobody has */
        VOLUME_ABSENT,
        VOLUME_LVM,   /* a snapshot has a size of its own */
        VOLUME_THIN,  /* in a pool of LVM's: it has none */
        VOLUME_QCOW2, /* the snapshots are in the file */
        VOLUME_OTHER, /* no snapshot can be taken of it */
};

struct volume {
        enum volume_kind kind;
        char *name;    /* "vg0/win10", or the path of a file; its label if it is neither */
        char *problem; /* why it is UNSEEN, or what OTHER is: "a file of the format raw"; else "" */
        char *group;   /* LVM's; else "" */
        bool open;     /* a logical volume that somebody has open */
        uint64_t size, group_free;  /* bytes */
        struct snapshot *snapshots; /* pillion's own */
        size_t n;
        char *uuid; /* LVM's; else "" */
};

struct volumes {
        struct volume *items;
        size_t n;
};

/* A disk as somebody names it: "vg0/win10", "/dev/vg0/win10", a path. */
struct volume_wish {
        const char *source;
        const char *format; /* as the guest's definition says; "" if it does not, or there is none */
        const char *label;  /* if it has no SOURCE ("") */
};

/* Of a profile: a volume group and a volume, or a path. Pure. */
bool volume_source_is_valid(const char *text);

/* Each WISH, in this order. Runs lvs(8) and qemu-img(1), so it is for root. -ENOMEM. */
int volumes_look(struct volumes **ret, const struct volume_wish *wishes, size_t n);
/* The same without looking: all is UNSEEN, for the reason WHY. -ENOMEM. */
int volumes_name(struct volumes **ret, const struct volume_wish *wishes, size_t n, const char *why);
struct volumes *volumes_free(struct volumes *volumes);
DEFINE_CLEANUP(struct volumes, volumes_free);
/* One, which is the first of what is returned. */
int volume_look(struct volumes **ret, const char *name);

bool volume_can(const struct volume *volume);              /* have snapshots */
const char *volume_kind_name(const struct volume *volume); /* for people: "LVM", "qcow2", … */

/* Each fails with -errno and says why in PROBLEM, one line. None looks whether it has been done. */
struct volume_say {
        char *problem;
        size_t size;
};
/* BYTES: how much may be written elsewhere before it is lost; for VOLUME_LVM only. */
int volume_take(const struct volume *volume, const char *name, uint64_t bytes, const struct volume_say *say);
/* -ENOENT: VOLUME has no such snapshot of pillion's. */
int volume_remove(const struct volume *volume, const char *name, const struct volume_say *say);
int volume_revert(const struct volume *volume, const char *name, const struct volume_say *say);
/* Whether volume_revert() may try: 0, or as it fails without having begun. */
int volume_judge_revert(const struct volume *volume, const char *name, const struct volume_say *say);
