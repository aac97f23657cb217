/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/program.h"

#include <errno.h>
#include <signal.h>

#include "switcher/process.h"
#include "tests/test.h"

static int run(const char *script, uint64_t usec, char *output, size_t size) {
        return program_run((char *const[]){ "sh", "-c", (char *)script, NULL }, usec, output, size);
}

static void test_output(void) {
        char output[8];

        CHECK_EQ(run("echo out; echo err >&2; exit 3", 10000000, output, sizeof(output)), 3);
        CHECK_STR(output, "out\nerr");
        CHECK_EQ(run("head -c 1000000 /dev/zero | tr '\\0' x", 10000000, output, sizeof(output)), 0);
        CHECK_STR(output, "xxxxxxx");
        CHECK_EQ(run("cat; ls /proc/self/fd | wc -l", 10000000, output, sizeof(output)), 0);
        CHECK_EQ(atoi(output), 4); /* three, and that of the folder */
}

static void test_apart(void) {
        char output[8], errors[8];

        CHECK_EQ(program_run_apart((char *const[]){ "sh", "-c", "echo out; echo err >&2; exit 3", NULL },
                                   10000000, output, sizeof(output), errors, sizeof(errors)),
                 3);
        CHECK_STR(output, "out\n");
        CHECK_STR(errors, "err\n");
        CHECK_EQ(program_run_apart(
                         (char *const[]){ "sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x >&2", NULL },
                         10000000, output, sizeof(output), errors, sizeof(errors)),
                 0);
        CHECK_STR(output, "");
        CHECK_STR(errors, "xxxxxxx");
        CHECK_EQ(program_run_apart((char *const[]){ "pillion-no-such-program", NULL }, 1, output,
                                   sizeof(output), errors, sizeof(errors)),
                 -ENOENT);
        CHECK_STR(errors, "");
}

/* What it leaves running is not waited for. */
static void test_left_behind(void) {
        uint64_t before = now_usec();
        char output[16];

        CHECK_EQ(run("sleep 3 & echo done; exit 5", 10000000, output, sizeof(output)), 5);
        CHECK_STR(output, "done\n");
        CHECK(now_usec() - before < 2500000);
}

static void test_deadline(void) {
        uint64_t before = now_usec();
        char output[16];

        CHECK_EQ(run("trap '' TERM; echo $$; exec sleep 20", 500000, output, sizeof(output)), -ETIMEDOUT);
        CHECK(atoi(output) > 1);
        CHECK_EQ(kill(atoi(output), 0), -1); /* it is no more */
        CHECK_EQ(run("exec >&- 2>&-; exec sleep 20", 200000, output, sizeof(output)), -ETIMEDOUT);
        CHECK(now_usec() - before < 10000000);
}

int main(void) {
        char output[8];

        test_output();
        test_apart();
        test_left_behind();
        test_deadline();
        CHECK_EQ(program_run((char *const[]){ "pillion-no-such-program", NULL }, 1, output, sizeof(output)),
                 -ENOENT);
        return 0;
}
