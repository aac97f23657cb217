/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/lvm.h"

#include <inttypes.h>
#include <sys/sysmacros.h>

#include "switcher/json.h"
#include "switcher/snapshot.h"
#include "switcher/tool.h"

#define OUTPUT_SIZE ((size_t)1 << 20)
#define LOOK_USEC   (8 * 1000000u)
#define CHANGE_USEC (60 * 1000000u)
#define MERGE_USEC  (3600 * (uint64_t)1000000) /* all that has been written since is copied back */

#define OF SNAPSHOT_TAG "=" /* and the UUID of what it was taken of: LVM itself may forget that */

static bool has_tag(const char *tags, const char *tag) {
        size_t length = strlen(tag);

        for (const char *at = tags; *at; at += strcspn(at, ","), at += *at == ',')
                if (strcspn(at, ",") == length && strncmp(at, tag, length) == 0)
                        return true;
        return false;
}

/* What follows the tag that begins with PREFIX; the caller's; "" if there is none. */
static char *tag_value(const char *tags, const char *prefix) {
        for (const char *at = tags; *at; at += strcspn(at, ","), at += *at == ',')
                if (strncmp(at, prefix, strlen(prefix)) == 0)
                        return strndup(at + strlen(prefix), strcspn(at, ",") - strlen(prefix));
        return strdup("");
}

/* Source: lvs(8), "lv_attr bits": 1 type, 5 state, 6 open. */
static void read_attributes(struct lvm_volume *volume, const char *attributes) {
        if (strlen(attributes) < 6)
                return;
        volume->merging = attributes[0] == 'S';
        volume->lost = attributes[4] == 'I' || attributes[4] == 'S';
        volume->open = attributes[5] == 'o';
}

static dev_t device_of(const struct json *json) {
        uint64_t number = json_unsigned(json, "lv_kernel_major");

        return number > 0 ? makedev((unsigned)number, (unsigned)json_unsigned(json, "lv_kernel_minor")) : 0;
}

static int read_volume(struct lvm_volume *ret, const struct json *json) {
        const struct {
                char **field;
                const char *key;
        } texts[] = {
                { &ret->vg, "vg_name" },    { &ret->lv, "lv_name" },   { &ret->path, "lv_path" },
                { &ret->origin, "origin" }, { &ret->pool, "pool_lv" }, { &ret->uuid, "lv_uuid" },
        };

        for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
                if (replace_string(texts[i].field, json_text(json, texts[i].key)) < 0)
                        return -ENOMEM;
        ret->of = tag_value(json_text(json, "lv_tags"), OF);
        if (!ret->of)
                return -ENOMEM;
        ret->tagged = has_tag(json_text(json, "lv_tags"), SNAPSHOT_TAG);
        ret->size = json_unsigned(json, "lv_size");
        ret->vg_free = json_unsigned(json, "vg_free");
        ret->time = json_unsigned(json, "lv_time");
        ret->device = device_of(json);
        read_attributes(ret, json_text(json, "lv_attr"));
        return 0;
}

int lvm_parse(struct lvm **ret, const char *text) {
        _cleanup_(lvm_freep) struct lvm *lvm = calloc(1, sizeof(*lvm));
        _cleanup_(json_freep) struct json *json = NULL;
        const struct json *list;
        int r;

        if (!lvm)
                return -ENOMEM;
        r = json_parse(&json, text);
        if (r < 0)
                return r;
        list = json_get(json_at(json_get(json, "report"), 0), "lv");
        if (!list)
                return -EBADMSG;
        lvm->items = calloc(json_count(list) + 1, sizeof(*lvm->items));
        if (!lvm->items)
                return -ENOMEM;
        for (; r >= 0 && lvm->n < json_count(list); lvm->n++)
                r = read_volume(&lvm->items[lvm->n], json_at(list, lvm->n));
        if (r < 0)
                return r;
        *ret = steal_ptr(lvm);
        return 0;
}

struct lvm *lvm_free(struct lvm *lvm) {
        if (!lvm)
                return NULL;
        for (size_t i = 0; i < lvm->n; i++) {
                free(lvm->items[i].vg);
                free(lvm->items[i].lv);
                free(lvm->items[i].path);
                free(lvm->items[i].origin);
                free(lvm->items[i].pool);
                free(lvm->items[i].uuid);
                free(lvm->items[i].of);
        }
        free(lvm->items);
        free(lvm);
        return NULL;
}

const struct lvm_volume *lvm_find(const struct lvm *lvm, const char *vg, const char *lv) {
        for (size_t i = 0; i < lvm->n; i++)
                if (strcmp(lvm->items[i].vg, vg) == 0 && strcmp(lvm->items[i].lv, lv) == 0)
                        return &lvm->items[i];
        return NULL;
}

const struct lvm_volume *lvm_find_device(const struct lvm *lvm, dev_t device) {
        for (size_t i = 0; device != 0 && i < lvm->n; i++)
                if (lvm->items[i].device == device)
                        return &lvm->items[i];
        return NULL;
}

/* Source: lvm(8), "VALID NAMES". */
bool lvm_name_is_valid(const char *name) {
        size_t length = strlen(name);

        return length > 0 && length < SNAPSHOT_LV_SIZE && *name != '-' && strcmp(name, ".") != 0 &&
               strcmp(name, "..") != 0 &&
               strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+_.-") == length;
}

int lvm_look(struct lvm **ret, char *problem, size_t size) {
        char *const argv[] = { "lvs",
                               "--reportformat",
                               "json",
                               "--units",
                               "b",
                               "--nosuffix",
                               "--config",
                               "report/time_format=\"%s\"",
                               "--options",
                               "vg_name,lv_name,lv_path,origin,pool_lv,lv_tags,lv_attr,lv_size,vg_free,"
                               "lv_time,lv_kernel_major,lv_kernel_minor,lv_uuid",
                               NULL };
        _cleanup_free_ char *output = malloc(OUTPUT_SIZE);
        int r;

        if (!output)
                return -ENOMEM;
        r = tool_run(&(struct tool){ "lvm2", LOOK_USEC, problem, size }, argv, output, OUTPUT_SIZE);
        if (r < 0)
                return r;
        r = lvm_parse(ret, output);
        if (r < 0)
                snprintf(problem, size, "what lvs says cannot be read: %s", strerror(-r));
        return r;
}

static int change(char *const argv[], uint64_t usec, char *problem, size_t size) {
        char output[4096];

        return tool_run(&(struct tool){ "lvm2", usec, problem, size }, argv, output, sizeof(output));
}

int lvm_take(const struct lvm_volume *origin, const char *snapshot, uint64_t bytes, char *problem,
             size_t size) {
        char of[2 * SNAPSHOT_LV_SIZE + 2], tag[100], large[32];
        char *argv[] = { "lvcreate",
                         "--yes",
                         "--snapshot",
                         "--addtag",
                         SNAPSHOT_TAG,
                         "--addtag",
                         tag,
                         "--name",
                         (char *)snapshot,
                         of,
                         *origin->pool ? NULL : "--size",
                         large,
                         NULL };

        snprintf(of, sizeof(of), "%s/%s", origin->vg, origin->lv);
        snprintf(tag, sizeof(tag), OF "%s", origin->uuid);
        snprintf(large, sizeof(large), "%" PRIu64 "b", bytes);
        return change(argv, CHANGE_USEC, problem, size);
}

int lvm_remove(const char *vg, const char *snapshot, char *problem, size_t size) {
        char which[2 * SNAPSHOT_LV_SIZE + 2];
        char *const argv[] = { "lvremove", "--yes", which, NULL };

        snprintf(which, sizeof(which), "%s/%s", vg, snapshot);
        return change(argv, CHANGE_USEC, problem, size);
}

int lvm_merge(const char *vg, const char *snapshot, char *problem, size_t size) {
        char which[2 * SNAPSHOT_LV_SIZE + 2];
        char *const argv[] = { "lvconvert", "--yes", "--merge", which, NULL };

        snprintf(which, sizeof(which), "%s/%s", vg, snapshot);
        return change(argv, MERGE_USEC, problem, size);
}
