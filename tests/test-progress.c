/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is written to the file "state" is what others read there. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "switcher/progress-state.h"
#include "tests/test.h"

static char folder[] = "/tmp/pillion-progress-XXXXXX";

static void write_text(const char *text) {
        char path[100];
        FILE *file;

        snprintf(path, sizeof(path), "%s/state", folder);
        file = fopen(path, "we");
        CHECK(file);
        fputs(text, file);
        fclose(file);
}

static void test_round(void) {
        const struct progress_view view = {
                PROGRESS_LENDING,   "win10", "unbind 0000:01:00.0",   4, 9, 1714561234567890,
                "two\nlines = one", "a\nb",  "unload x\nstop y = z\n"
        };
        struct progress_seen seen;

        CHECK_EQ(progress_state_write(folder, &view), 0);
        CHECK_EQ(progress_state_read(&seen, folder), 0);
        CHECK_EQ(seen.state, PROGRESS_LENDING);
        CHECK_STR(seen.profile, "win10");
        CHECK_STR(seen.step, "unbind 0000:01:00.0");
        CHECK_EQ(seen.number, 4);
        CHECK_EQ(seen.of, 9);
        CHECK_EQ(seen.since, 1714561234567890);
        CHECK_STR(seen.reason, "two lines = one");
        CHECK_STR(seen.warning, "a b");
        CHECK_STR(seen.ended, "unload x\nstop y = z\n");
}

/* A list that is full takes no more, and none by half. */
static void test_too_many(void) {
        static char ended[PROGRESS_ENDED_SIZE];
        char step[100];

        memset(step, 'x', sizeof(step));
        step[99] = '\0';
        progress_state_append(ended, "two\nlines");
        CHECK_STR(ended, "two lines\n");
        for (int i = 0; i < PROGRESS_ENDED_SIZE / 100 + 5; i++)
                progress_state_append(ended, step);
        CHECK_EQ(strlen(ended), 10 + (PROGRESS_ENDED_SIZE - 11) / 100 * 100);
        progress_state_append(ended, "y");
        CHECK_STR(ended + strlen(ended) - 2, "y\n");
}

static void test_every_state(void) {
        for (int state = PROGRESS_HOST; state <= PROGRESS_FAILED; state++) {
                struct progress_view view = { .state = (enum progress_state)state, .profile = "x" };
                struct progress_seen seen;

                CHECK_EQ(progress_state_write(folder, &view), 0);
                CHECK_EQ(progress_state_read(&seen, folder), 0);
                CHECK_EQ(seen.state, state);
                CHECK_STR(seen.profile, state == PROGRESS_HOST ? "" : "x");
        }
}

static void test_strange(void) {
        struct progress_seen seen;

        write_text("state=dancing\nnumber=-1\nof=many\nsince\n=\n\nfuture=1\nreason=no");
        CHECK_EQ(progress_state_read(&seen, folder), 0);
        CHECK_EQ(seen.state, PROGRESS_HOST);
        CHECK_EQ(seen.number, 0);
        CHECK_EQ(seen.of, 0);
        CHECK_STR(seen.reason, "no");
}

static void test_none(void) {
        struct progress_seen seen;

        CHECK_EQ(progress_state_read(&seen, "/nonexistent"), -ENOENT);
        CHECK_EQ(seen.state, PROGRESS_HOST);
        CHECK_STR(seen.profile, "");
}

int main(void) {
        char path[100];

        CHECK(mkdtemp(folder));
        test_round();
        test_too_many();
        test_every_state();
        test_strange();
        test_none();
        snprintf(path, sizeof(path), "%s/state", folder);
        unlink(path);
        CHECK_EQ(rmdir(folder), 0);
        return 0;
}
