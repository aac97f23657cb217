/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/sysfs: a folder that looks like the root of a machine, as far as pillion looks at one. Paths are
 * relative to it, without a slash in front. tests/sysfs-pci.h puts hardware into it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

struct sysfs {
        char root[128];
};

static inline void sysfs_init(struct sysfs *sysfs) {
        snprintf(sysfs->root, sizeof(sysfs->root), "%s/pillion-sysfs.XXXXXX", getenv("TMPDIR") ?: "/tmp");
        CHECK(mkdtemp(sysfs->root));
}

static inline void sysfs_done(struct sysfs *sysfs) {
        char command[160];

        snprintf(command, sizeof(command), "rm -rf '%s'", sysfs->root);
        CHECK_EQ(system(command), 0);
}

/* The whole path, in one of a few buffers; what is above it is there afterwards. */
static inline const char *sysfs_path(const struct sysfs *sysfs, const char *path) {
        static char buffers[4][700];
        static int turn;
        char *whole = buffers[turn++ % 4];

        snprintf(whole, sizeof(buffers[0]), "%s/%s", sysfs->root, path);
        for (char *slash = whole + strlen(sysfs->root); slash; slash = strchr(slash + 1, '/')) {
                *slash = '\0';
                CHECK(mkdir(whole, 0755) == 0 || errno == EEXIST);
                *slash = '/';
        }
        return whole;
}

static inline void sysfs_folder(const struct sysfs *sysfs, const char *path) {
        CHECK(mkdir(sysfs_path(sysfs, path), 0755) == 0 || errno == EEXIST);
}

/* Makes or replaces it. */
static inline void sysfs_file(const struct sysfs *sysfs, const char *path, const char *text) {
        FILE *file = fopen(sysfs_path(sysfs, path), "we");

        CHECK(file);
        fputs(text, file);
        CHECK_EQ(fclose(file), 0);
}

/* Makes or replaces it. TARGET is relative to the root, too; the link says it as sysfs does: "../../…". */
static inline void sysfs_link(const struct sysfs *sysfs, const char *path, const char *target) {
        const char *whole = sysfs_path(sysfs, path);
        char text[700] = "";

        for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/'))
                strcat(text, "../");
        strcat(text, target);
        CHECK(unlink(whole) == 0 || errno == ENOENT);
        CHECK_EQ(symlink(text, whole), 0);
}
