/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A snapshot of one disk of the guest's, taken before anything is done to the host; and the removal of those
 * that are too many, when all is lent. TARGET: "vg0/win10" or the path of a qcow2 file; told: name, and size
 * in bytes, of the one to be taken; keep, how many there may be.
 *
 * A snapshot is for the guest's owner and stays when the hardware comes back. Only one of a lending that came
 * to nothing is removed: the guest has not run, so it is worth nothing, and it would drive out an older one.
 *
 * State: none; a snapshot of that name must not have been there. Result: none.
 */
#include "core/parse.h"
#include "switcher/snapshot-list.h"
#include "switcher/steps.h"

#define TAKE_USEC  (150 * 1000000u) /* what the programs are given, and to look before and after */
#define PRUNE_USEC (280 * 1000000u)

static int look(struct step_call *call, struct volumes **ret, const struct volume **ret_volume) {
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        int r;

        r = volume_look(&volumes, call->step->target);
        if (r < 0)
                return r;
        if (volumes->items[0].kind == VOLUME_UNSEEN)
                return step_fail(call, -EIO, "%s", volumes->items[0].problem);
        if (!volume_can(&volumes->items[0]))
                return step_fail(call, -ENOENT, "it is no volume of LVM's, and no qcow2 file%s%s",
                                 *volumes->items[0].problem ? ": " : "", volumes->items[0].problem);
        *ret_volume = &volumes->items[0];
        *ret = steal_ptr(volumes);
        return 0;
}

static const char *told_name(struct step_call *call) {
        const char *name = words_get(&call->step->told, "name");

        return name && snapshot_name_is_valid(name) ? name : NULL;
}

static bool has(const struct volume *volume, const char *name) {
        return snapshot_find(volume->snapshots, volume->n, name);
}

static int observe(struct step_call *call) {
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        const char *name = told_name(call);
        const struct volume *volume;
        int r;

        if (!name)
                return step_fail(call, -EINVAL, "it has no name that is one of pillion's");
        r = look(call, &volumes, &volume);
        if (r < 0)
                return r;
        return has(volume, name) ? step_fail(call, -EEXIST, "there is one already that is called %s", name)
                                 : 0;
}

/* Looks once more, and writes down what there is: whether NAME is there. */
static int verify(struct step_call *call, const char *name) {
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        const struct volume *volume;
        int r;

        r = look(call, &volumes, &volume);
        if (r < 0)
                return r;
        r = snapshot_list_update(call->root, call->profile, volume);
        if (r < 0)
                step_say(call, "the list of snapshots cannot be written: %s", strerror(-r));
        return has(volume, name);
}

static int apply(struct step_call *call) {
        const struct volume_say say = { call->problem, sizeof(call->problem) };
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        const char *name = told_name(call), *size = words_get(&call->step->told, "size");
        const struct volume *volume;
        uint64_t bytes;
        int r;

        if (!name || !size || parse_unsigned(size, 1, UINT64_MAX, &bytes) < 0)
                return step_fail(call, -EINVAL, "what it is to be is not said");
        r = look(call, &volumes, &volume);
        if (r >= 0 && !has(volume, name))
                r = volume_take(volume, name, bytes, &say);
        if (r < 0)
                return r;
        r = verify(call, name);
        return r == 0 ? step_fail(call, -EIO, "it was taken, and is not there") : r < 0 ? r : 0;
}

static int undo(struct step_call *call) {
        const struct volume_say say = { call->problem, sizeof(call->problem) };
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        const char *name = told_name(call);
        const struct volume *volume;
        int r;

        if (call->lent || !name)
                return 0;
        r = look(call, &volumes, &volume);
        if (r == -ENOENT)
                return 0; /* nothing of the disk is left, so nothing of its snapshot */
        if (r >= 0 && has(volume, name))
                r = volume_remove(volume, name, &say);
        if (r < 0)
                return r;
        r = verify(call, name);
        return r > 0 ? step_fail(call, -EIO, "%s was removed, and is still there", name) : r;
}

static int observe_nothing(struct step_call *call) {
        return 0;
}

static int prune(struct step_call *call) {
        const struct volume_say say = { call->problem, sizeof(call->problem) };
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        const char *told = words_get(&call->step->told, "keep");
        const struct volume *volume;
        uint64_t keep;
        size_t n = 0;
        int r;

        if (!told || parse_unsigned(told, 1, UINT32_MAX, &keep) < 0)
                return step_fail(call, -EINVAL, "how many are to be kept is not said");
        r = look(call, &volumes, &volume);
        for (size_t i = 0; r >= 0 && i < volume->n; i++) {
                if (!snapshot_is_too_many(volume->snapshots, volume->n, i, keep))
                        continue;
                r = volume_remove(volume, volume->snapshots[i].name, &say);
                n++;
        }
        if (r < 0 || n == 0)
                return r;
        r = verify(call, "");
        return r < 0 ? r : 0;
}

static int undo_nothing(struct step_call *call) {
        return 0;
}

const struct step_type step_snapshot = { TAKE_USEC, TAKE_USEC, observe, apply, undo };
const struct step_type step_prune = { PRUNE_USEC, 10 * 1000000u, observe_nothing, prune, undo_nothing };
