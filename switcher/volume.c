/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/volume.h"

#include <stdarg.h>

#include "switcher/lvm.h"
#include "switcher/qcow2.h"

/* NAME is cut. NULL: it is no "vg0/win10". */
static char *cut_lv(char *name) {
        char *slash = strchr(name, '/');

        if (!slash)
                return NULL;
        *slash = '\0';
        return slash + 1;
}

static bool is_lv(const char *text) {
        char copy[2 * SNAPSHOT_LV_SIZE];
        const char *lv;

        if (strlen(text) >= sizeof(copy))
                return false;
        strcpy(copy, text);
        lv = cut_lv(copy);
        return lv && lvm_name_is_valid(copy) && lvm_name_is_valid(lv);
}

bool volume_source_is_valid(const char *text) {
        return is_lv(text) || qcow2_path_is_valid(text);
}

bool volume_can(const struct volume *volume) {
        return volume->kind == VOLUME_LVM || volume->kind == VOLUME_THIN || volume->kind == VOLUME_QCOW2;
}

const char *volume_kind_name(const struct volume *volume) {
        static const char *const names[] = {
                [VOLUME_UNSEEN] = "unseen", [VOLUME_ABSENT] = "absent", [VOLUME_LVM] = "LVM",
                [VOLUME_THIN] = "LVM thin", [VOLUME_QCOW2] = "qcow2",   [VOLUME_OTHER] = "other",
        };

        return names[volume->kind];
}

__attribute__((format(printf, 3, 4))) static int fail(const struct volume_say *say, int r, const char *format,
                                                      ...) {
        va_list ap;

        va_start(ap, format);
        vsnprintf(say->problem, say->size, format, ap);
        va_end(ap);
        return r;
}

/* The two names of a logical volume. */
struct names {
        char vg[SNAPSHOT_LV_SIZE], snapshot[SNAPSHOT_LV_SIZE];
        const char *lv;
};

static int name_lv(struct names *names, const struct volume *volume, const char *name,
                   const struct volume_say *say) {
        int r;

        snprintf(names->vg, sizeof(names->vg), "%s", volume->group);
        names->lv = volume->name + strlen(volume->group) + 1;
        r = snapshot_lv_of(names->snapshot, name, names->lv);
        return r < 0 ? fail(say, r, "the name %s-%s is too long for LVM", name, names->lv) : 0;
}

static int take_lv(const struct volume *volume, const char *name, uint64_t bytes,
                   const struct volume_say *say) {
        struct lvm_volume origin = { 0 };
        struct names names;
        int r;

        r = name_lv(&names, volume, name, say);
        if (r < 0)
                return r;
        origin.vg = names.vg;
        origin.lv = (char *)names.lv;
        origin.uuid = volume->uuid;
        origin.pool = volume->kind == VOLUME_THIN ? "thin" : "";
        return lvm_take(&origin, names.snapshot, bytes, say->problem, say->size);
}

int volume_take(const struct volume *volume, const char *name, uint64_t bytes, const struct volume_say *say) {
        if (!volume_can(volume))
                return fail(say, -EOPNOTSUPP, "no snapshot can be taken of %s", volume->name);
        if (volume->kind == VOLUME_QCOW2)
                return qcow2_take(volume->name, name, say->problem, say->size);
        return take_lv(volume, name, bytes, say);
}

static int find(const struct volume *volume, const char *name, const struct snapshot **ret,
                const struct volume_say *say) {
        *ret = snapshot_find(volume->snapshots, volume->n, name);
        return *ret ? 0 : fail(say, -ENOENT, "%s has no snapshot %s of pillion's", volume->name, name);
}

int volume_remove(const struct volume *volume, const char *name, const struct volume_say *say) {
        const struct snapshot *snapshot;
        struct names names;
        int r;

        r = find(volume, name, &snapshot, say);
        if (r < 0)
                return r;
        if (volume->kind == VOLUME_QCOW2)
                return qcow2_remove(volume->name, name, say->problem, say->size);
        r = name_lv(&names, volume, name, say);
        return r < 0 ? r : lvm_remove(names.vg, names.snapshot, say->problem, say->size);
}

static int fail_apart(const struct volume *volume, const char *name, const struct volume_say *say) {
        struct names names;
        int r;

        r = name_lv(&names, volume, name, say);
        if (r < 0)
                return r;
        return fail(
                say, -EOPNOTSUPP,
                "%s was made what another snapshot was, and LVM takes it to none of before that any more; "
                "'lvrename %s %s %s-now', 'lvrename %s %s %s' and 'lvchange -kn -ay %s' do it by hand; "
                "'lvs -o+tags' then shows the others, for you to remove",
                volume->name, names.vg, names.lv, names.lv, names.vg, names.snapshot, names.lv, volume->name);
}

/* LVM would put off the merging of what is in use, to a moment of its own choice. */
int volume_judge_revert(const struct volume *volume, const char *name, const struct volume_say *say) {
        const struct snapshot *snapshot;
        int r;

        r = find(volume, name, &snapshot, say);
        if (r < 0)
                return r;
        if (snapshot->lost)
                return fail(say, -ENOSPC, "the snapshot %s of %s ran full, and is lost", name, volume->name);
        if (snapshot->apart)
                return fail_apart(volume, name, say);
        if (volume->open)
                return fail(say, -EBUSY, "%s is in use: 'lsof /dev/%s' shows by whom", volume->name,
                            volume->name);
        return 0;
}

int volume_revert(const struct volume *volume, const char *name, const struct volume_say *say) {
        struct names names;
        int r;

        r = volume_judge_revert(volume, name, say);
        if (r < 0)
                return r;
        if (volume->kind == VOLUME_QCOW2)
                return qcow2_revert(volume->name, name, say->problem, say->size);
        r = name_lv(&names, volume, name, say);
        return r < 0 ? r : lvm_merge(names.vg, names.snapshot, say->problem, say->size);
}
