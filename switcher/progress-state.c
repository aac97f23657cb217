/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/progress-state.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

const char *progress_state_name(enum progress_state state) {
        static const char *const names[] = {
                [PROGRESS_HOST] = "host",   [PROGRESS_LENDING] = "lending",
                [PROGRESS_LENT] = "lent",   [PROGRESS_RETURNING] = "returning",
                [PROGRESS_STUCK] = "stuck", [PROGRESS_FAILED] = "failed",
        };

        return names[state];
}

bool progress_state_is_switching(enum progress_state state) {
        return state == PROGRESS_LENDING || state == PROGRESS_RETURNING;
}

uint64_t progress_clock(void) {
        struct timespec now;

        clock_gettime(CLOCK_REALTIME, &now);
        return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* A value is one line, whatever is in it. */
static char flatten(char c) {
        return (unsigned char)c < ' ' ? ' ' : c;
}

static void put(FILE *out, const char *key, const char *value) {
        fprintf(out, "%s=", key);
        for (; *value; value++)
                fputc(flatten(*value), out);
        fputc('\n', out);
}

static void put_ended(FILE *out, const char *ended) {
        for (size_t length; *ended; ended += length + 1) {
                length = strcspn(ended, "\n");
                fprintf(out, "ended=%.*s\n", (int)length, ended);
        }
}

static void put_all(FILE *out, const struct progress_view *view) {
        put(out, "state", progress_state_name(view->state));
        put(out, "profile", view->profile && view->state != PROGRESS_HOST ? view->profile : "");
        put(out, "step", view->step);
        fprintf(out, "number=%u\nof=%u\nsince=%" PRIu64 "\n", view->number, view->of, view->since);
        put(out, "reason", view->reason);
        put(out, "warning", view->warning);
        put_ended(out, view->ended);
}

void progress_state_append(char ended[static PROGRESS_ENDED_SIZE], const char *step) {
        size_t length = strlen(ended), more = strlen(step);

        if (length + more + 2 > PROGRESS_ENDED_SIZE)
                return;
        for (size_t i = 0; i < more; i++)
                ended[length + i] = flatten(step[i]);
        ended[length + more] = '\n';
        ended[length + more + 1] = '\0';
}

int progress_state_write(const char *run, const struct progress_view *view) {
        char path[PATH_MAX], temporary[PATH_MAX];
        FILE *out;
        int fd;

        snprintf(path, sizeof(path), "%s/state", run);
        snprintf(temporary, sizeof(temporary), "%s/state.new", run);
        fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        out = fd < 0 ? NULL : fdopen(fd, "w");
        if (!out) {
                close_fd(fd);
                return -errno;
        }
        (void)fchmod(fd, 0644);
        put_all(out, view);
        if (fclose(out) != 0 || rename(temporary, path) < 0)
                return -errno;
        return 0;
}
