/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/qcow2: snapshots inside of a qcow2 file, by qemu-img(1). It locks the file against a guest that
 * runs. The format is said, never guessed: what a guest has written into a raw disk may look like anything.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "switcher/snapshot.h"

struct qcow2 {
        uint64_t size;              /* that the guest sees, bytes */
        struct snapshot *snapshots; /* pillion's own */
        size_t n;
};

/* What `qemu-img info --output=json` says. Pure. -EBADMSG, -ENOMEM. */
int qcow2_parse(struct qcow2 **ret, const char *json);
struct qcow2 *qcow2_free(struct qcow2 *qcow2);
DEFINE_CLEANUP(struct qcow2, qcow2_free);

/* Absolute, without "..", control characters, '$' or what qemu-img would take for more than a path. */
bool qcow2_path_is_valid(const char *path);

/* Each says why it failed in PROBLEM, one line; see switcher/tool.h. */
int qcow2_look(struct qcow2 **ret, const char *path, char *problem, size_t size);
int qcow2_take(const char *path, const char *name, char *problem, size_t size);
int qcow2_remove(const char *path, const char *name, char *problem, size_t size);
/* Makes the disk what it was; the snapshot stays. */
int qcow2_revert(const char *path, const char *name, char *problem, size_t size);
