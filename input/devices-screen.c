/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose keyboard it is goes by the session at the screen. While the only screen is lent nobody can have one,
 * and whoever has lent it sits before what the guest shows. A machine that has no GPU anyway is another
 * matter, so the loan counts, too. logind is not asked what a seat can show: its file is not written anew
 * when a GPU goes (systemd 252).
 */
#include "input/devices-screen.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-login.h>

/* Whether FOLDER, of a class of the kernel's, has something whose name begins with PREFIX and a digit. */
static bool has_any(const char *root, const char *folder, const char *prefix) {
        size_t length = strlen(prefix);
        struct dirent *entry;
        char path[PATH_MAX];
        bool found = false;
        DIR *stream;

        snprintf(path, sizeof(path), "%s/sys/class/%s", root, folder);
        stream = opendir(path);
        while (stream && !found && (entry = readdir(stream)))
                found = strncmp(entry->d_name, prefix, length) == 0 && entry->d_name[length] >= '0' &&
                        entry->d_name[length] <= '9';
        if (stream)
                closedir(stream);
        return found;
}

static bool is_anybody_there(void) {
        bool there = false;
        char **seats = NULL;
        int n = sd_get_seats(&seats);

        for (int i = 0; i < n; i++) {
                there = there || sd_seat_get_active(seats[i], NULL, NULL) >= 0;
                free(seats[i]);
        }
        free(seats);
        return there;
}

bool devices_screen_is_lent(const char *root) {
        char journal[PATH_MAX];

        snprintf(journal, sizeof(journal), "%s" DEVICES_LENDING "/switch.journal", root);
        return access(journal, F_OK) == 0 && !has_any(root, "drm", "card") &&
               !has_any(root, "graphics", "fb") && !is_anybody_there();
}
