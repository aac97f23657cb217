/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose keyboard it is goes by the session at the screen. While the only screen is lent nobody can have one,
 * and whoever has lent it sits before what the guest shows. A machine that has no GPU anyway is another
 * matter, so the loan counts, too. logind is not asked what a seat can show: its file is not written anew
 * when a GPU goes (systemd 252).
 */
#include "input/devices-screen.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-login.h>

#include "core/cleanup.h"

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

/* A session that is closing is what somebody has left behind. What logind does not tell is no reason to give
 * anything away. */
static bool is_used(const char *seat) {
        _cleanup_free_ char *session = NULL, *state = NULL;
        int r = sd_seat_get_active(seat, &session, NULL);

        if (r == -ENODATA || r == -ENXIO)
                return false;
        return r < 0 || sd_session_get_state(session, &state) < 0 || strcmp(state, "closing") != 0;
}

static bool is_anybody_there(void) {
        char **seats = NULL;
        int n = sd_get_seats(&seats);
        bool there = n < 0;

        for (int i = 0; i < n; i++) {
                there = there || is_used(seats[i]);
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

static void path_of_last(char *path, size_t size, const char *root) {
        snprintf(path, size, "%s" DEVICES_RUN "/last", root);
}

void devices_screen_note(const char *root, uid_t uid) {
        char path[PATH_MAX];
        FILE *file;

        path_of_last(path, sizeof(path), root);
        file = fopen(path, "we");
        if (!file)
                return;
        fprintf(file, "%" PRIu32 "\n", (uint32_t)uid);
        fclose(file);
}

bool devices_screen_was_of(const char *root, uid_t uid) {
        _cleanup_fclose_ FILE *file = NULL;
        char path[PATH_MAX], last[32] = "", wanted[32];

        path_of_last(path, sizeof(path), root);
        file = fopen(path, "re");
        if (!file || !fgets(last, sizeof(last), file))
                return false;
        snprintf(wanted, sizeof(wanted), "%" PRIu32 "\n", (uint32_t)uid);
        return strcmp(last, wanted) == 0;
}
