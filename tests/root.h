/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/root: a folder that stands for "/", with the files that a test puts into it. It is removed when the
 * test ends well.
 */
#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

static char root_path[] = "/tmp/pillion-root-XXXXXX";

static inline const char *root_new(void) {
        CHECK(mkdtemp(root_path));
        return root_path;
}

static inline int root_remove(const char *path, const struct stat *status, int type, struct FTW *where) {
        return remove(path);
}

static inline void root_free(void) {
        CHECK_EQ(nftw(root_path, root_remove, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* The whole path of PATH; good until the fourth call after this one. */
static inline const char *root_at(const char *path) {
        static char whole[4][400];
        static unsigned next;
        char *text = whole[next++ % 4];

        snprintf(text, sizeof(*whole), "%s%s", root_path, path);
        return text;
}

/* The folders above PATH. */
static inline void root_make_folders(const char *path) {
        char *text = strdup(root_at(path));

        for (char *slash = strchr(text + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
                *slash = '\0';
                CHECK(mkdir(text, 0755) == 0 || errno == EEXIST);
                *slash = '/';
        }
        free(text);
}

static inline void root_put(const char *path, const char *text) {
        FILE *file;

        root_make_folders(path);
        file = fopen(root_at(path), "we");
        CHECK(file);
        fputs(text, file);
        fclose(file);
}

static inline void root_link(const char *path, const char *target) {
        root_make_folders(path);
        (void)unlink(root_at(path));
        CHECK_EQ(symlink(target, root_at(path)), 0);
}

/* What PATH says, a link or a file; "" if it is not there. Good until the next call. */
static inline const char *root_get(const char *path) {
        static char text[4096];
        ssize_t n = readlink(root_at(path), text, sizeof(text) - 1);
        FILE *file = n < 0 ? fopen(root_at(path), "re") : NULL;

        if (file) {
                n = (ssize_t)fread(text, 1, sizeof(text) - 1, file);
                fclose(file);
        }
        text[n < 0 ? 0 : n] = '\0';
        return text;
}
