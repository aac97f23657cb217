/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ride/wish.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cleanup.h"
#include "core/log.h"

/* false: there is no folder for it. */
static bool name(char *path, size_t size, const char *folder, const char *ending) {
        folder = folder ? folder : getenv("RUNTIME_DIRECTORY");
        if (!folder || !*folder)
                return false;
        snprintf(path, size, "%s/wish%s", folder, ending);
        return true;
}

static int write_to(const char *path, const struct wish *wish) {
        FILE *out = fopen(path, "we");

        if (!out)
                return -errno;
        fprintf(out, "%s %s\n%s\n", wish->again ? "restart" : "start", wish->spice ? "spice" : "lent",
                wish->guest);
        return fclose(out) == 0 ? 0 : -errno;
}

void wish_keep(const char *folder, const struct wish *wish) {
        char path[PATH_MAX], temporary[PATH_MAX];
        int r;

        if (!name(path, sizeof(path), folder, "") || !name(temporary, sizeof(temporary), folder, ".new"))
                return;
        r = write_to(temporary, wish);
        if (r >= 0 && rename(temporary, path) < 0)
                r = -errno;
        if (r < 0)
                log_errno(r, "Cannot write %s: %m, continuing without", path);
}

void wish_drop(const char *folder) {
        char path[PATH_MAX];

        if (name(path, sizeof(path), folder, "") && unlink(path) < 0 && errno != ENOENT)
                log_warning("Cannot remove %s: %m", path);
}

bool wish_read(const char *folder, struct wish *ret) {
        struct wish wish = { 0 };
        _cleanup_fclose_ FILE *file = NULL;
        char path[PATH_MAX], what[16], how[16];

        file = name(path, sizeof(path), folder, "") ? fopen(path, "re") : NULL;
        if (!file || fscanf(file, "%15s %15s\n", what, how) != 2 ||
            !fgets(wish.guest, sizeof(wish.guest), file))
                return false;
        wish.guest[strcspn(wish.guest, "\n")] = '\0';
        wish.again = strcmp(what, "restart") == 0;
        wish.spice = strcmp(how, "spice") == 0;
        *ret = wish;
        return *wish.guest;
}
