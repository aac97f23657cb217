/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which profiles there are, by the names of their files. What is in them is not looked at. */
#include <dirent.h>

#include "core/argv.h"
#include "switcher/profile.h"

static const char ending[] = ".conf";

static int is_profile(const struct dirent *entry) {
        _cleanup_free_ char *name = strdup(entry->d_name);
        size_t length = strlen(entry->d_name);

        if (!name || length < sizeof(ending) || strcmp(name + length - (sizeof(ending) - 1), ending) != 0)
                return 0;
        name[length - (sizeof(ending) - 1)] = '\0';
        return profile_name_is_valid(name);
}

int profile_list(char ***ret, const char *directory) {
        struct dirent **entries = NULL;
        int n = scandir(directory, &entries, is_profile, alphasort);
        _cleanup_(argv_freep) char **names = NULL;
        int r = 0;

        if (n < 0 && errno != ENOENT)
                return -errno;
        names = calloc((size_t)(n < 0 ? 0 : n) + 1, sizeof(*names));
        for (int i = 0; i < n; i++) {
                if (names)
                        names[i] = strndup(entries[i]->d_name,
                                           strlen(entries[i]->d_name) - (sizeof(ending) - 1));
                if (!names || !names[i])
                        r = -ENOMEM;
                free(entries[i]);
        }
        free(entries);
        if (r < 0 || !names)
                return -ENOMEM;
        *ret = steal_ptr(names);
        return 0;
}
