/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/snapshot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define PREFIX  SNAPSHOT_TAG "-"
#define DATE    "%Y%m%d-%H%M%S"
#define ALLOWED "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

bool snapshot_name_is_valid(const char *name) {
        const char *word = name + strlen(PREFIX);

        if (strncmp(name, PREFIX, strlen(PREFIX)) != 0 || strlen(name) >= SNAPSHOT_NAME_SIZE)
                return false;
        return strspn(word, ALLOWED) > 0 && strspn(word, ALLOWED "-.") == strlen(word) && !strstr(word, "..");
}

bool snapshot_name_is_dated(const char *name) {
        static const char form[] = PREFIX "00000000-000000";

        if (strlen(name) != strlen(form) || strncmp(name, PREFIX, strlen(PREFIX)) != 0)
                return false;
        for (size_t i = strlen(PREFIX); form[i]; i++)
                if (form[i] == '0' ? name[i] < '0' || name[i] > '9' : name[i] != form[i])
                        return false;
        return true;
}

void snapshot_name_at(char name[static SNAPSHOT_NAME_SIZE], uint64_t time) {
        time_t then = (time_t)time;
        struct tm tm = { 0 };

        (void)gmtime_r(&then, &tm);
        (void)strftime(name, SNAPSHOT_NAME_SIZE, PREFIX DATE, &tm);
}

int snapshot_name_complete(char name[static SNAPSHOT_NAME_SIZE], const char *typed) {
        const char *prefix = strncmp(typed, PREFIX, strlen(PREFIX)) == 0 ? "" : PREFIX;
        char text[SNAPSHOT_NAME_SIZE];
        int n = snprintf(text, sizeof(text), "%s%s", prefix, typed);

        if (n >= (int)sizeof(text) || !snapshot_name_is_valid(text))
                return -EINVAL;
        memcpy(name, text, sizeof(text));
        return 0;
}

int snapshot_lv_of(char lv[static SNAPSHOT_LV_SIZE], const char *name, const char *origin) {
        int n = snprintf(lv, SNAPSHOT_LV_SIZE, "%s-%s", name, origin);

        return n < SNAPSHOT_LV_SIZE ? 0 : -ENAMETOOLONG;
}

bool snapshot_name_of_lv(char name[static SNAPSHOT_NAME_SIZE], const char *lv, const char *origin) {
        size_t length = strlen(lv), end = strlen(origin) + 1;
        char text[SNAPSHOT_NAME_SIZE] = "";

        if (length <= end || length - end >= sizeof(text) || lv[length - end] != '-' ||
            strcmp(lv + length - end + 1, origin) != 0)
                return false;
        memcpy(text, lv, length - end);
        if (!snapshot_name_is_valid(text))
                return false;
        memcpy(name, text, sizeof(text));
        return true;
}

/* Dated names sort as their dates do. */
bool snapshot_is_too_many(const struct snapshot *snapshots, size_t n, size_t i, uint64_t keep) {
        uint64_t newer = 0;

        if (!snapshot_name_is_dated(snapshots[i].name))
                return false;
        for (size_t j = 0; j < n; j++)
                newer += snapshot_name_is_dated(snapshots[j].name) &&
                         strcmp(snapshots[j].name, snapshots[i].name) > 0;
        return newer >= keep;
}

const struct snapshot *snapshot_find(const struct snapshot *snapshots, size_t n, const char *name) {
        for (size_t i = 0; i < n; i++)
                if (strcmp(snapshots[i].name, name) == 0)
                        return &snapshots[i];
        return NULL;
}
