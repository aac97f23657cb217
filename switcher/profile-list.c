/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which profiles there are, by the names of their files, and which of them is for a guest. */
#include <dirent.h>
#include <errno.h>
#include <string.h>

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

static void ignore_report(const char *message, void *userdata) {
}

/* A file with mistakes is for the guest that is called as it is: whoever uses it will say what they are. */
static bool is_for(const char *directory, const char *name, const char *domain, uid_t owner) {
        _cleanup_(profile_freep) struct profile *profile = NULL;
        int r = profile_load(&profile, directory, name, owner, ignore_report, NULL);

        return strcmp(r < 0 ? name : profile->domain, domain) == 0;
}

int profile_find(char **ret, const char *directory, const char *domain, uid_t owner) {
        _cleanup_(argv_freep) char **names = NULL;
        const char *found = NULL;
        char *copy;
        int r;

        r = profile_list(&names, directory);
        if (r < 0)
                return r;
        for (char **name = names; *name; name++)
                if (is_for(directory, *name, domain, owner) && (!found || strcmp(*name, domain) == 0))
                        found = *name;
        if (!found)
                return -ENOENT;
        copy = strdup(found);
        if (!copy)
                return -ENOMEM;
        *ret = copy;
        return 0;
}
