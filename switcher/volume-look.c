/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a disk is, and what it has of snapshots. All of LVM is looked at once, and only if it has to be. */
#include <stdarg.h>
#include <sys/stat.h>

#include "switcher/lvm.h"
#include "switcher/qcow2.h"
#include "switcher/volume.h"

struct look {
        struct lvm *lvm; /* NULL: not looked at yet, or in vain */
        char problem[400];
        bool tried;
};

static void look_done(struct look *look) {
        lvm_free(look->lvm);
}

__attribute__((format(printf, 3, 4))) static int be(struct volume *volume, enum volume_kind kind,
                                                    const char *format, ...) {
        char text[600];
        va_list ap;

        va_start(ap, format);
        vsnprintf(text, sizeof(text), format, ap);
        va_end(ap);
        volume->kind = kind;
        return replace_string(&volume->problem, text);
}

static void see_lvm(struct look *look) {
        if (!look->tried)
                (void)lvm_look(&look->lvm, look->problem, sizeof(look->problem));
        look->tried = true;
}

/* LVM says so; or, as it forgets that when the origin is made what another thin snapshot was, our own tag. */
static bool is_of(const struct lvm_volume *item, const struct lvm_volume *origin) {
        if (!item->tagged || strcmp(item->vg, origin->vg) != 0)
                return false;
        return *item->origin ? strcmp(item->origin, origin->lv) == 0
                             : *item->pool && *item->of && strcmp(item->of, origin->uuid) == 0;
}

static int take_snapshots(struct volume *volume, const struct lvm *lvm, const struct lvm_volume *origin) {
        volume->snapshots = calloc(lvm->n + 1, sizeof(*volume->snapshots));
        if (!volume->snapshots)
                return -ENOMEM;
        for (size_t i = 0; i < lvm->n; i++) {
                const struct lvm_volume *item = &lvm->items[i];
                struct snapshot snapshot = { .time = item->time,
                                             .lost = item->lost,
                                             .apart = !*item->origin };

                if (is_of(item, origin) && snapshot_name_of_lv(snapshot.name, item->lv, origin->lv))
                        volume->snapshots[volume->n++] = snapshot;
        }
        return 0;
}

static int be_lv(struct volume *volume, const struct lvm *lvm, const struct lvm_volume *found) {
        char name[2 * SNAPSHOT_LV_SIZE];

        if (!lvm_name_is_valid(found->vg) || !lvm_name_is_valid(found->lv))
                return be(volume, VOLUME_OTHER, "a volume with a name that LVM does not allow");
        snprintf(name, sizeof(name), "%s/%s", found->vg, found->lv);
        volume->kind = *found->pool ? VOLUME_THIN : VOLUME_LVM;
        volume->open = found->open;
        volume->size = found->size;
        volume->group_free = found->vg_free;
        if (replace_string(&volume->name, name) < 0 || replace_string(&volume->group, found->vg) < 0 ||
            replace_string(&volume->uuid, found->uuid) < 0)
                return -ENOMEM;
        return take_snapshots(volume, lvm, found);
}

static int look_at_lv(struct volume *volume, struct look *look) {
        const char *slash = strchr(volume->name, '/');
        const struct lvm_volume *found;
        char vg[SNAPSHOT_LV_SIZE];

        see_lvm(look);
        if (!look->lvm)
                return be(volume, VOLUME_UNSEEN, "%s", look->problem);
        snprintf(vg, sizeof(vg), "%.*s", (int)(slash - volume->name), volume->name);
        found = lvm_find(look->lvm, vg, slash + 1);
        return found ? be_lv(volume, look->lvm, found) : be(volume, VOLUME_ABSENT, "%s", "");
}

static const struct lvm_volume *find_path(const struct lvm *lvm, const char *path) {
        for (size_t i = 0; i < lvm->n; i++)
                if (strcmp(lvm->items[i].path, path) == 0)
                        return &lvm->items[i];
        return NULL;
}

/* There are many names of a device; its number is one. If it is not active, it has but one name. */
static int look_at_device(struct volume *volume, struct look *look) {
        const struct lvm_volume *found;
        struct stat st = { 0 };
        bool present = stat(volume->name, &st) >= 0;

        see_lvm(look);
        if (!look->lvm)
                return be(volume, VOLUME_UNSEEN, "%s", look->problem);
        found = present ? lvm_find_device(look->lvm, st.st_rdev) : find_path(look->lvm, volume->name);
        if (found)
                return be_lv(volume, look->lvm, found);
        return present ? be(volume, VOLUME_OTHER, "a device that is no volume of LVM's")
                       : be(volume, VOLUME_ABSENT, "%s", "");
}

/* Whether a file is there is left to qemu-img, which may see more than we do. */
static int look_at_file(struct volume *volume, const char *format) {
        _cleanup_(qcow2_freep) struct qcow2 *qcow2 = NULL;
        struct stat st;
        char problem[400];
        int r;

        if (*format && strcmp(format, "qcow2") != 0)
                return be(volume, VOLUME_OTHER, "a file of the format %s", format);
        r = qcow2_look(&qcow2, volume->name, problem, sizeof(problem));
        if (r == -ENOMEM)
                return r;
        if (r < 0 && stat(volume->name, &st) < 0 && errno == ENOENT)
                return be(volume, VOLUME_ABSENT, "%s", problem);
        if (r < 0)
                return be(volume, VOLUME_UNSEEN, "%s", problem);
        volume->kind = VOLUME_QCOW2;
        volume->size = qcow2->size;
        volume->snapshots = steal_ptr(qcow2->snapshots);
        volume->n = qcow2->n;
        return 0;
}

static int look_at(struct volume *volume, const struct volume_wish *wish, struct look *look) {
        struct stat st;

        if (!*wish->source)
                return be(volume, VOLUME_OTHER, "on the network or in a pool of libvirt's");
        if (!volume_source_is_valid(volume->name))
                return be(volume, VOLUME_OTHER, "under a name that is not taken: no '$', no '..'");
        if (*volume->name != '/')
                return look_at_lv(volume, look);
        if (strncmp(volume->name, "/dev/", 5) == 0 || (stat(volume->name, &st) >= 0 && S_ISBLK(st.st_mode)))
                return look_at_device(volume, look);
        return look_at_file(volume, wish->format);
}

static int prepare(struct volumes **ret, const struct volume_wish *wishes, size_t n, const char *why) {
        _cleanup_(volumes_freep) struct volumes *volumes = calloc(1, sizeof(*volumes));

        if (!volumes)
                return -ENOMEM;
        volumes->items = calloc(n + 1, sizeof(*volumes->items));
        if (!volumes->items)
                return -ENOMEM;
        for (; volumes->n < n; volumes->n++) {
                struct volume *volume = &volumes->items[volumes->n];
                const struct volume_wish *wish = &wishes[volumes->n];

                if (replace_string(&volume->name, *wish->source ? wish->source : wish->label) < 0 ||
                    replace_string(&volume->problem, why) < 0 || replace_string(&volume->group, "") < 0 ||
                    replace_string(&volume->uuid, "") < 0) {
                        volumes->n++;
                        return -ENOMEM;
                }
        }
        *ret = steal_ptr(volumes);
        return 0;
}

int volumes_name(struct volumes **ret, const struct volume_wish *wishes, size_t n, const char *why) {
        return prepare(ret, wishes, n, why);
}

int volumes_look(struct volumes **ret, const struct volume_wish *wishes, size_t n) {
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        _cleanup_(look_done) struct look look = { 0 };
        int r;

        r = prepare(&volumes, wishes, n, "");
        for (size_t i = 0; r >= 0 && i < n; i++)
                r = look_at(&volumes->items[i], &wishes[i], &look);
        if (r < 0)
                return r;
        *ret = steal_ptr(volumes);
        return 0;
}

int volume_look(struct volumes **ret, const char *name) {
        return volumes_look(ret, &(struct volume_wish){ name, "", name }, 1);
}

struct volumes *volumes_free(struct volumes *volumes) {
        if (!volumes)
                return NULL;
        for (size_t i = 0; i < volumes->n; i++) {
                free(volumes->items[i].name);
                free(volumes->items[i].problem);
                free(volumes->items[i].group);
                free(volumes->items[i].uuid);
                free(volumes->items[i].snapshots);
        }
        free(volumes->items);
        free(volumes);
        return NULL;
}
