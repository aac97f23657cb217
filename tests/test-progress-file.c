/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file that says how far a switch is: what is in it at each moment, and since when. */
#include <unistd.h>

#include "switcher/progress.h"
#include "tests/test.h"

static char folder[] = "/tmp/pillion-test-progress-XXXXXX";

static const char *value(const char *key) {
        static char line[300];
        char path[100];
        FILE *file;

        snprintf(path, sizeof(path), "%s/state", folder);
        file = fopen(path, "re");
        CHECK(file);
        while (fgets(line, sizeof(line), file)) {
                line[strcspn(line, "\n")] = '\0';
                if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == '=') {
                        fclose(file);
                        return line + strlen(key) + 1;
                }
        }
        fclose(file);
        return "";
}

static uint64_t since(void) {
        return strtoull(value("since"), NULL, 10);
}

/* It is borrowed until it has ended. */
static const struct step step = { .kind = STEP_UNBIND, .target = (char *)"0000:01:00.0" };

/* Each step has a time of its own. */
static void test_step(struct progress *progress) {
        uint64_t phase, begun = progress_clock();

        progress_enter(progress, PROGRESS_LENDING, NULL);
        phase = since();
        CHECK(phase >= begun);
        CHECK_STR(value("state"), "lending");
        CHECK_STR(value("step"), "");
        usleep(2000);
        progress_begin(progress, &(const struct progress_step){ &step, false, 4, 9, 1000000 });
        CHECK(strstr(value("step"), "0000:01:00.0"));
        CHECK_STR(value("number"), "4");
        CHECK_STR(value("of"), "9");
        CHECK(since() >= phase + 2000 && since() <= progress_clock());
}

/* What was left out is told until the next switch. */
static void test_left_out(struct progress *progress) {
        progress_end(progress, 5, "it is not there", true);
        progress_begin(progress, &(const struct progress_step){ &step, false, 5, 9, 1000000 });
        CHECK(strstr(value("warning"), "0000:01:00.0: it is not there"));
        progress_end(progress, 5, "nor now", true);
        progress_enter(progress, PROGRESS_LENT, NULL);
        CHECK(strstr(value("warning"), "it is not there; "));
        CHECK(strstr(value("warning"), "0000:01:00.0: nor now"));
        progress_enter(progress, PROGRESS_RETURNING, NULL);
        CHECK_STR(value("warning"), "");
        progress_begin(progress, &(const struct progress_step){ &step, true, 5, 9, 1000000 });
        progress_end(progress, 5, "this had to be", false);
        CHECK_STR(value("warning"), "");
}

/* The steps of a switch that have ended, and of one that it calls off. */
static void test_ended(struct progress *progress) {
        const struct progress_step forth = { &step, false, 4, 9, 1000000 };
        const struct progress_step back = { &step, true, 4, 9, 1000000 };
        char words[300];

        progress_enter(progress, PROGRESS_HOST, NULL);
        progress_enter(progress, PROGRESS_LENDING, NULL);
        CHECK_STR(value("ended"), "");
        progress_begin(progress, &forth);
        snprintf(words, sizeof(words), "%s", value("step"));
        CHECK_STR(value("ended"), "");
        progress_end(progress, 5, NULL, false);
        progress_enter(progress, PROGRESS_RETURNING, "called off");
        CHECK_STR(value("ended"), words);
        progress_begin(progress, &back);
        progress_end(progress, 5, "this had to be", false);
        progress_enter(progress, PROGRESS_FAILED, "this had to be");
        CHECK_STR(value("ended"), words);
        progress_enter(progress, PROGRESS_RETURNING, NULL);
        CHECK_STR(value("ended"), "");
}

int main(void) {
        _cleanup_(progress_freep) struct progress *progress = NULL;
        char path[100];

        CHECK(mkdtemp(folder));
        CHECK_EQ(progress_new(&progress, &(const struct progress_options){ folder, "win10", NULL }), 0);
        test_step(progress);
        test_left_out(progress);
        test_ended(progress);
        progress_enter(progress, PROGRESS_HOST, "called off");
        CHECK_STR(value("reason"), "called off");
        CHECK_STR(value("profile"), "");
        CHECK_STR(value("step"), "");
        snprintf(path, sizeof(path), "%s/state", folder);
        CHECK_EQ(unlink(path), 0);
        CHECK_EQ(rmdir(folder), 0);
        return 0;
}
