/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/linger.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *linger_user(void) {
        const char *behind = getenv("SUDO_USER");
        const struct passwd *user;

        if (geteuid() == 0)
                user = behind && *behind ? getpwnam(behind) : NULL;
        else
                user = getpwuid(geteuid());
        return user && user->pw_uid != 0 ? user->pw_name : NULL;
}

bool linger_is_on(const char *root, const char *user) {
        char path[600];

        if (!user || !*user || strchr(user, '/'))
                return false;
        snprintf(path, sizeof(path), "%s/var/lib/systemd/linger/%.200s", root, user);
        return access(path, F_OK) == 0;
}
