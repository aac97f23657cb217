/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file "state" is root's, and small; what is not understood in it is passed over. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "core/parse.h"
#include "switcher/progress-state.h"

static void take_state(struct progress_seen *seen, const char *value) {
        for (int state = PROGRESS_HOST; state <= PROGRESS_FAILED; state++)
                if (strcmp(value, progress_state_name((enum progress_state)state)) == 0)
                        seen->state = (enum progress_state)state;
}

static void take_number(unsigned *number, const char *value) {
        uint64_t parsed;

        if (parse_unsigned(value, 0, UINT32_MAX, &parsed) == 0)
                *number = (unsigned)parsed;
}

static void take(struct progress_seen *seen, const char *key, const char *value) {
        if (strcmp(key, "state") == 0)
                take_state(seen, value);
        else if (strcmp(key, "profile") == 0)
                snprintf(seen->profile, sizeof(seen->profile), "%s", value);
        else if (strcmp(key, "step") == 0)
                snprintf(seen->step, sizeof(seen->step), "%s", value);
        else if (strcmp(key, "number") == 0)
                take_number(&seen->number, value);
        else if (strcmp(key, "of") == 0)
                take_number(&seen->of, value);
        else if (strcmp(key, "since") == 0)
                (void)parse_unsigned(value, 0, UINT64_MAX, &seen->since);
        else if (strcmp(key, "reason") == 0)
                snprintf(seen->reason, sizeof(seen->reason), "%s", value);
        else if (strcmp(key, "warning") == 0)
                snprintf(seen->warning, sizeof(seen->warning), "%s", value);
        else if (strcmp(key, "ended") == 0)
                progress_state_append(seen->ended, value);
}

int progress_state_read(struct progress_seen *ret, const char *run) {
        _cleanup_fclose_ FILE *file = NULL;
        char path[PATH_MAX], line[2048];

        *ret = (struct progress_seen){ .state = PROGRESS_HOST };
        snprintf(path, sizeof(path), "%s/state", run);
        file = fopen(path, "re");
        if (!file)
                return -errno;
        while (fgets(line, sizeof(line), file)) {
                char *value = line;

                line[strcspn(line, "\n")] = '\0';
                (void)strsep(&value, "=");
                if (value)
                        take(ret, line, value);
        }
        return 0;
}

void progress_state_reason(const char *run, char *text, size_t size) {
        struct progress_seen seen;

        (void)progress_state_read(&seen, run);
        snprintf(text, size, "%s", seen.reason);
}
