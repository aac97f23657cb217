/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/snapshot-list.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>

#include "core/parse.h"
#include "switcher/words.h"

#define FOLDER "/var/lib/pillion/snapshots"

static int add(struct snapshot_list *list, const char *volume, const char *kind,
               const struct snapshot *snapshot) {
        struct snapshot_item *grown = reallocarray(list->items, list->n + 1, sizeof(*grown));
        struct snapshot_item item = { .volume = strdup(volume), .kind = strdup(kind), .snapshot = *snapshot };

        if (grown)
                list->items = grown;
        if (!grown || !item.volume || !item.kind) {
                free(item.volume);
                free(item.kind);
                return -ENOMEM;
        }
        grown[list->n++] = item;
        return 0;
}

static int take_line(struct snapshot_list *list, const char *line) {
        _cleanup_(words_done) struct words words = { 0 };
        const char *volume, *kind, *name, *time;
        struct snapshot snapshot = { 0 };
        int r;

        r = words_decode(&words, line);
        if (r < 0)
                return r == -ENOMEM ? r : 0;
        volume = words_get(&words, "volume");
        kind = words_get(&words, "kind");
        name = words_get(&words, "name");
        time = words_get(&words, "time");
        if (!volume || !kind || !name || !time || !snapshot_name_is_valid(name) ||
            parse_unsigned(time, 0, INT64_MAX, &snapshot.time) < 0)
                return 0;
        memcpy(snapshot.name, name, strlen(name) + 1);
        snapshot.lost = words_is(&words, "lost", "yes");
        return add(list, volume, kind, &snapshot);
}

/* By the time that the first of a name was taken at; two disks may be a second apart. */
static int compare(const void *a, const void *b) {
        const struct snapshot_item *x = a, *y = b;
        int names = strcmp(x->snapshot.name, y->snapshot.name);

        if (names == 0)
                return strcmp(x->volume, y->volume);
        if (x->snapshot.time != y->snapshot.time)
                return x->snapshot.time < y->snapshot.time ? -1 : 1;
        return names;
}

/* All of one name have the time of the earliest of them, so that they come together. */
static void sort(struct snapshot_list *list) {
        for (size_t i = 0; i < list->n; i++)
                for (size_t j = 0; j < list->n; j++) {
                        struct snapshot *one = &list->items[i].snapshot, *other = &list->items[j].snapshot;

                        if (strcmp(one->name, other->name) == 0 && other->time < one->time)
                                one->time = other->time;
                }
        if (list->n > 0)
                qsort(list->items, list->n, sizeof(*list->items), compare);
}

int snapshot_list_read(struct snapshot_list **ret, const char *root, const char *profile) {
        _cleanup_(snapshot_list_freep) struct snapshot_list *list = calloc(1, sizeof(*list));
        _cleanup_fclose_ FILE *file = NULL;
        char path[PATH_MAX], line[4096];
        int r = 0;

        if (!list)
                return -ENOMEM;
        snprintf(path, sizeof(path), "%s" FOLDER "/%s", root, profile);
        file = fopen(path, "re");
        if (!file && errno != ENOENT)
                return -errno;
        while (r >= 0 && file && fgets(line, sizeof(line), file)) {
                line[strcspn(line, "\n")] = '\0';
                r = take_line(list, line);
        }
        if (r < 0)
                return r;
        sort(list);
        *ret = steal_ptr(list);
        return 0;
}

struct snapshot_list *snapshot_list_free(struct snapshot_list *list) {
        if (!list)
                return NULL;
        for (size_t i = 0; i < list->n; i++) {
                free(list->items[i].volume);
                free(list->items[i].kind);
        }
        free(list->items);
        free(list);
        return NULL;
}

static int write_item(FILE *out, const char *volume, const char *kind, const struct snapshot *snapshot) {
        _cleanup_(words_done) struct words words = { 0 };
        _cleanup_free_ char *line = NULL;
        int r;

        r = words_add(&words, "volume", volume);
        if (r >= 0)
                r = words_add(&words, "kind", kind);
        if (r >= 0)
                r = words_add(&words, "name", snapshot->name);
        if (r >= 0)
                r = words_addf(&words, "time", "%" PRIu64, snapshot->time);
        if (r >= 0)
                r = words_add(&words, "lost", snapshot->lost ? "yes" : "no");
        line = r >= 0 ? words_encode(&words) : NULL;
        return line && fprintf(out, "%s\n", line) > 0 ? 0 : -ENOMEM;
}

/* Those of disks that are NAMED, or are not. */
static int write_items(FILE *out, const struct snapshot_list *list, const struct volumes *volumes,
                       bool named) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < list->n; i++) {
                bool found = false;

                for (size_t j = 0; j < volumes->n; j++)
                        found |= strcmp(list->items[i].volume, volumes->items[j].name) == 0;
                if (found == named)
                        r = write_item(out, list->items[i].volume, list->items[i].kind,
                                       &list->items[i].snapshot);
        }
        return r;
}

static int write_volume(FILE *out, const struct volume *volume) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < volume->n; i++)
                r = write_item(out, volume->name, volume_kind_name(volume), &volume->snapshots[i]);
        return r;
}

static FILE *create(const char *path) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        FILE *out;

        if (fd < 0)
                return NULL;
        (void)fchmod(fd, 0644);
        out = fdopen(fd, "w");
        if (!out)
                close_fd(fd);
        return out;
}

/* NEW is looked at, and takes the place of what was known of it; NULL: nothing but VOLUMES is kept. */
static int rewrite(const char *root, const char *profile, const struct volumes *volumes,
                   const struct volume *new) {
        _cleanup_(snapshot_list_freep) struct snapshot_list *list = NULL;
        char folder[PATH_MAX], path[PATH_MAX], temporary[PATH_MAX];
        FILE *out;
        int r;

        r = snapshot_list_read(&list, root, profile);
        if (r < 0)
                return r;
        if (snprintf(folder, sizeof(folder), "%s" FOLDER, root) >= (int)sizeof(folder) ||
            snprintf(path, sizeof(path), "%s/%s", folder, profile) >= (int)sizeof(path) ||
            snprintf(temporary, sizeof(temporary), "%s/.%s.%d", folder, profile, getpid()) >=
                    (int)sizeof(temporary))
                return -ENAMETOOLONG;
        (void)mkdir(folder, 0755);
        out = create(temporary);
        if (!out)
                return -errno;
        r = write_items(out, list, volumes, !new);
        if (r >= 0 && new)
                r = write_volume(out, new);
        if (fclose(out) != 0 && r >= 0)
                r = -errno;
        return r < 0 ? r : rename(temporary, path) < 0 ? -errno : 0;
}

int snapshot_list_update(const char *root, const char *profile, const struct volume *volume) {
        const struct volumes one = { (struct volume *)volume, 1 };

        return volume->kind == VOLUME_UNSEEN ? 0 : rewrite(root, profile, &one, volume);
}

int snapshot_list_forget(const char *root, const char *profile, const struct volumes *volumes) {
        for (size_t i = 0; i < volumes->n; i++)
                if (volumes->items[i].kind == VOLUME_UNSEEN || volumes->items[i].kind == VOLUME_ABSENT)
                        return 0;
        return rewrite(root, profile, volumes, NULL);
}

const char *snapshot_list_latest(const struct snapshot_list *list) {
        return list->n > 0 ? list->items[list->n - 1].snapshot.name : NULL;
}

static void format_time(char *text, size_t size, uint64_t time) {
        time_t then = (time_t)time;
        struct tm tm;

        if (time == 0 || !localtime_r(&then, &tm) || strftime(text, size, "%F %T", &tm) == 0)
                snprintf(text, size, "at an unknown time");
}

void snapshot_list_print(FILE *out, const struct snapshot_list *list) {
        const char *last = "";

        for (size_t i = 0; i < list->n; i++) {
                const struct snapshot_item *item = &list->items[i];
                char when[40];

                format_time(when, sizeof(when), item->snapshot.time);
                if (strcmp(item->snapshot.name, last) != 0)
                        fprintf(out, "%s  taken %s\n", item->snapshot.name, when);
                fprintf(out, "    %s (%s)%s\n", item->volume, item->kind,
                        item->snapshot.lost ? ": it ran full, and is lost" : "");
                last = item->snapshot.name;
        }
}

size_t snapshot_list_print_loss(FILE *out, const struct snapshot_list *list, const char *name) {
        size_t n = 0;

        for (size_t i = 0; i < list->n; i++) {
                const struct snapshot_item *item = &list->items[i];
                char when[40];

                if (strcmp(item->snapshot.name, name) != 0)
                        continue;
                format_time(when, sizeof(when), item->snapshot.time);
                if (n++ == 0)
                        fprintf(out,
                                "This makes what the guest has on its disks what it was %s.\n"
                                "All that was written since is lost, and nothing brings it back:\n",
                                when);
                fprintf(out, "  %s: %s\n", item->volume,
                        strcmp(item->kind, "qcow2") == 0 ? "the snapshot stays"
                                                         : "the snapshot is used up by it");
        }
        return n;
}
