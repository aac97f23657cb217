/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disks of which a snapshot is taken: whether it can be, and the steps. */
#include <inttypes.h>

#include "switcher/plan-internal.h"
#include "switcher/profile-volumes.h"

#define MIB ((uint64_t)1 << 20)

/* Those that the user has named have to be what they are to be; of the domain's own, what can be, is. */
static void judge_other(struct planner *planner, const struct volume *volume) {
        if (planner->facts->profile->snapshot_auto) {
                planner_warn(planner, "no snapshot is taken of %s: it is %s", volume->name, volume->problem);
                return;
        }
        planner_refuse(planner, "no snapshot can be taken of %s: it is %s", volume->name, volume->problem);
        planner_advise(
                planner,
                "have it in a volume of LVM's or a qcow2 file ('qemu-img convert -O qcow2'), or take it "
                "out of 'snapshot =' in %s",
                planner->profile);
}

static void judge_volume(struct planner *planner, const struct volume *volume) {
        switch (volume->kind) {
        case VOLUME_UNSEEN:
                if (!*volume->problem)
                        return;
                planner_refuse(planner, "%s, of which a snapshot is to be taken, cannot be looked at: %s",
                               volume->name, volume->problem);
                planner_advise(planner, "mend that, or correct 'snapshot =' in %s", planner->profile);
                return;
        case VOLUME_ABSENT:
                planner_refuse(planner, "%s, of which a snapshot is to be taken, is not there", volume->name);
                planner_advise(planner,
                               "correct 'snapshot =' in %s; 'lvs' shows volumes, and 'virsh domblklist "
                               "%s' the guest's disks",
                               planner->profile, planner->facts->profile->domain);
                return;
        case VOLUME_OTHER:
                judge_other(planner, volume);
                return;
        case VOLUME_LVM:
        case VOLUME_THIN:
        case VOLUME_QCOW2:
                return;
        }
}

static bool is_first_of_group(const struct volumes *volumes, size_t i) {
        for (size_t j = 0; j < i; j++)
                if (volumes->items[j].kind == VOLUME_LVM &&
                    strcmp(volumes->items[j].group, volumes->items[i].group) == 0)
                        return false;
        return volumes->items[i].kind == VOLUME_LVM;
}

/* All that come from one group have to fit into it together. None is larger than its volume, and a bit. */
static void judge_group(struct planner *planner, size_t first) {
        const struct volumes *volumes = planner->facts->volumes;
        const struct volume *group = &volumes->items[first];
        uint64_t size = planner->facts->profile->snapshot_size, needed = 0;

        for (size_t i = first; i < volumes->n; i++)
                if (volumes->items[i].kind == VOLUME_LVM &&
                    strcmp(volumes->items[i].group, group->group) == 0)
                        needed += size < volumes->items[i].size ? size : volumes->items[i].size;
        if (needed <= group->group_free)
                return;
        planner_refuse(planner,
                       "the volume group %s has not enough space for the snapshot: %" PRIu64
                       " MiB are free, and %" PRIu64 " MiB are needed",
                       group->group, group->group_free / MIB, needed / MIB);
        planner_advise(planner,
                       "'vgextend', or 'pillion-switch snapshot remove %s NAME' one that is not needed, or "
                       "lower 'snapshot-size =' in %s",
                       planner->facts->profile->name, planner->profile);
}

static bool is_any_taken(const struct volumes *volumes) {
        for (size_t i = 0; i < volumes->n; i++)
                if (volumes->items[i].kind != VOLUME_OTHER)
                        return true;
        return false;
}

void planner_judge_volumes(struct planner *planner) {
        const struct volumes *volumes = planner->facts->volumes;
        const struct profile *profile = planner->facts->profile;

        if (!volumes || !profile_has_snapshots(profile))
                return;
        for (size_t i = 0; i < volumes->n; i++) {
                judge_volume(planner, &volumes->items[i]);
                if (is_first_of_group(volumes, i))
                        judge_group(planner, i);
        }
        if (is_any_taken(volumes) || !profile->snapshot_auto)
                return;
        planner_refuse(planner, "'snapshot = auto', and %s has no disk that a snapshot can be taken of",
                       profile->domain);
        planner_advise(planner,
                       "'snapshot = none' in %s, or give the guest a volume of LVM's or a qcow2 file",
                       planner->profile);
}

void planner_add_snapshots(struct planner *planner) {
        const struct volumes *volumes = planner->facts->volumes;

        for (size_t i = 0; volumes && i < volumes->n; i++) {
                struct step *step;

                if (volumes->items[i].kind == VOLUME_OTHER)
                        continue;
                step = planner_step(planner, STEP_SNAPSHOT, volumes->items[i].name);
                planner_tell(planner, step, "name", "%s", planner->facts->snapshot);
                planner_tell(planner, step, "size", "%" PRIu64, planner->facts->profile->snapshot_size);
        }
}

/* Last, when nothing can fail any more: an old one is worth more than the new one of a ride that was none. */
void planner_add_pruning(struct planner *planner) {
        const struct volumes *volumes = planner->facts->volumes;

        for (size_t i = 0; volumes && i < volumes->n; i++) {
                struct step *step;

                if (volumes->items[i].kind == VOLUME_OTHER)
                        continue;
                step = planner_step(planner, STEP_PRUNE, volumes->items[i].name);
                step->optional = true;
                planner_tell(planner, step, "keep", "%" PRIu64, planner->facts->profile->snapshot_keep);
        }
}
