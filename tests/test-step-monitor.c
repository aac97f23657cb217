/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The input of a monitor, with a ddcutil that is none: a script in the PATH, which answers as the real one is
 * documented to. No monitor has ever seen this test.
 */
#include "tests/trial.h"

#define BIN "/bin/ddcutil"

static struct trial monitor(const char *target, const char *lent, const char *native) {
        return trial_of(STEP_MONITOR_INPUT, target,
                        (const char *const[]){ "lent", lent, "native", native, NULL });
}

/* Its words go into the file "said", one set a line. */
static void put_ddcutil(const char *script) {
        char text[1000];

        snprintf(text, sizeof(text), "#!/bin/sh\necho \"$*\" >>%s\n%s\n", root_at("/said"), script);
        root_put(BIN, text);
        CHECK_EQ(chmod(root_at(BIN), 0755), 0);
        (void)unlink(root_at("/said"));
}

static void test_there_and_back(void) {
        struct trial trial = monitor("3", "17", "0");

        put_ddcutil("echo VCP 60 SNC x0f");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_STR(words_get(&trial.state, "input"), "15");
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(root_get("/said"), "--bus=3 --terse getvcp 60\n--bus=3 --terse setvcp 60 0x11\n"
                                     "--bus=3 --terse setvcp 60 0x0f\n");
        trial_done(&trial);
}

static void test_native(void) {
        struct trial trial = monitor("ABC 1234;id", "17", "18");

        put_ddcutil("echo Some warning; echo VCP 60 CNC x00 x12 x00 x10");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_STR(words_get(&trial.state, "input"), "16");
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(root_get("/said"),
                  "--sn=ABC 1234;id --terse getvcp 60\n--sn=ABC 1234;id --terse setvcp 60 0x12\n");
        trial_done(&trial);
}

static void test_failures(void) {
        struct trial trial = monitor("3", "17", "0"), odd = monitor("3", "many", "0");

        put_ddcutil("echo Display not found; echo; exit 1");
        CHECK_EQ(trial_observe(&trial), -EIO);
        CHECK(strstr(trial.problem, "(status 1): Display not found"));
        CHECK(!strchr(trial.problem, '\n'));
        CHECK_EQ(trial_apply(&trial), -EIO);
        put_ddcutil("echo VCP 60 ERR");
        CHECK_EQ(trial_observe(&trial), -EBADMSG);
        put_ddcutil("kill -9 $$");
        CHECK_EQ(trial_observe(&trial), -EIO);
        CHECK(strstr(trial.problem, "status 137"));
        CHECK_EQ(trial_undo(&trial), -EINVAL); /* nothing was seen */
        CHECK_EQ(trial_apply(&odd), -EINVAL);

        CHECK_EQ(unlink(root_at(BIN)), 0);
        CHECK_EQ(trial_observe(&trial), -ENOENT);
        CHECK(strstr(trial.problem, "ddcutil is not installed"));
        trial_done(&trial);
        trial_done(&odd);
}

int main(void) {
        char path[1000];

        root_new();
        snprintf(path, sizeof(path), "%s:/usr/bin:/bin", root_at("/bin"));
        CHECK_EQ(setenv("PATH", path, 1), 0);
        printf("ddcutil is a fake here\n");
        test_there_and_back();
        test_native();
        test_failures();
        root_free();
        return 0;
}
