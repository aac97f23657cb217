/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real programs: small shell scripts that write what happens to them into one file. What is logged goes to
 * another, and to where it belongs should the test fail.
 */
#include "core/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>

#include "core/loop.h"
#include "tests/test.h"

#define DEADLINE_SEC 60

static char directory[] = "/tmp/pillion-exec.XXXXXX", out[64], logged[64];
static int errors = -1;

static const char *text_of(const char *path) {
        static char text[8192];
        FILE *file = fopen(path, "re");
        size_t n = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

        if (file)
                fclose(file);
        text[n] = '\0';
        return text;
}

static void show_log(void) {
        dprintf(errors, "%s", text_of(logged));
}

static void set_up(void) {
        CHECK(mkdtemp(directory));
        snprintf(out, sizeof(out), "%s/out", directory);
        snprintf(logged, sizeof(logged), "%s/log", directory);
        setenv("OUT", out, 1);
        errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
        CHECK(errors >= 0);
        CHECK(freopen(logged, "a", stderr));
        setvbuf(stderr, NULL, _IONBF, 0);
        atexit(show_log);
}

static void begin(void) {
        CHECK_EQ(truncate(logged, 0), 0);
        (void)unlink(out);
}

static struct exec *make(sd_event *loop, const char *press, const char *release, uint64_t patience) {
        const char *const pressed[] = { "sh", "-c", press, NULL };
        const char *const released[] = { "sh", "-c", release, NULL };
        const struct exec_options options = { "shot", press ? (char *const *)pressed : NULL,
                                              release ? (char *const *)released : NULL, patience };
        struct exec *exec;

        CHECK_EQ(exec_new(&exec, loop, &options), 0);
        return exec;
}

#define RUN_UNTIL(loop, expr)                                                                                \
        do {                                                                                                 \
                time_t end_ = time(NULL) + DEADLINE_SEC;                                                     \
                while (!(expr)) {                                                                            \
                        if (time(NULL) > end_)                                                               \
                                test_fail("waited in vain for %s; out: %s", #expr, text_of(out));            \
                        CHECK(sd_event_run(loop, 20000) >= 0);                                               \
                }                                                                                            \
        } while (0)

#define PRESSED  "echo +p >>$OUT; sleep 0.1; echo -p >>$OUT"
#define RELEASED "echo +r >>$OUT; sleep 0.1; echo -r >>$OUT"

static void test_never_overlap(sd_event *loop) {
        _cleanup_(exec_freep) struct exec *exec = make(loop, PRESSED, RELEASED, 0);

        begin();
        exec_press(exec);
        CHECK(exec_is_running(exec));
        exec_release(exec);
        RUN_UNTIL(loop, !exec_is_running(exec));
        CHECK_STR(text_of(out), "+p\n-p\n+r\n-r\n");
        begin();
        for (int i = 0; i < 10; i++) {
                exec_press(exec);
                exec_release(exec);
        }
        RUN_UNTIL(loop, !exec_is_running(exec));
        CHECK_STR(text_of(out), "+p\n-p\n+r\n-r\n+p\n-p\n+r\n-r\n");
        CHECK_STR(text_of(logged), "");
}

static void test_one_edge(sd_event *loop) {
        _cleanup_(exec_freep) struct exec *press = make(loop, PRESSED, NULL, 0);
        _cleanup_(exec_freep) struct exec *release = make(loop, NULL, RELEASED, 0);

        begin();
        exec_press(press);
        exec_release(press);
        RUN_UNTIL(loop, !exec_is_running(press));
        exec_press(release);
        CHECK(!exec_is_running(release));
        exec_release(release);
        RUN_UNTIL(loop, !exec_is_running(release));
        CHECK_STR(text_of(out), "+p\n-p\n+r\n-r\n");
}

/*
 * What a program is born with, whatever we have blocked, ignored and opened. Signals 32 and 33 are the C
 * library's own, which it has posix_spawn() ignore.
 */
static void test_clean_birth(sd_event *loop) {
        static const char script[] =
                "grep -E '^Sig(Blk|Ign)' /proc/self/status | sed s/0000000180000000/0000000000000000/ >$OUT;"
                "readlink /proc/$$/fd/0 >>$OUT; echo \"${NOTIFY_SOCKET-none}\" >>$OUT;"
                "set -- $(cat /proc/$$/stat); [ $5 = $$ ] && echo own group >>$OUT;"
                "exec ls /proc/self/fd >>$OUT"; /* its own last descriptor is that of the folder */
        _cleanup_(exec_freep) struct exec *exec = make(loop, script, NULL, 0);
        int leak = open("/dev/null", O_RDONLY); /* not close-on-exec */

        begin();
        setenv("NOTIFY_SOCKET", "/run/nowhere", 1);
        exec_press(exec);
        unsetenv("NOTIFY_SOCKET");
        close(leak);
        RUN_UNTIL(loop, !exec_is_running(exec));
        CHECK_STR(text_of(out), "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n"
                                "/dev/null\nnone\nown group\n0\n1\n2\n3\n");
}

static void test_failures_are_told(sd_event *loop) {
        const char *const nothing[] = { "pillion-no-such-program", NULL };
        const struct exec_options options = { "shot", (char *const *)nothing, NULL, 0 };
        struct exec *exec = make(loop, "exit 3", "kill -KILL $$", 0);

        begin();
        exec_press(exec);
        RUN_UNTIL(loop, !exec_is_running(exec));
        CHECK_STR(text_of(logged), "'sh' of the hotkey 'shot' failed with exit status 3\n");
        begin();
        exec_release(exec);
        RUN_UNTIL(loop, !exec_is_running(exec));
        CHECK_STR(text_of(logged), "'sh' of the hotkey 'shot' was ended by signal 9, Killed\n");
        exec_free(exec);
        begin();
        CHECK_EQ(exec_new(&exec, loop, &options), 0);
        exec_press(exec);
        CHECK(!exec_is_running(exec));
        CHECK_STR(text_of(logged),
                  "Cannot run 'pillion-no-such-program' of the hotkey 'shot': No such file or directory\n");
        exec_free(exec);
}

/* An orphan that was killed may wait for init to reap it. */
static bool is_gone(pid_t pid) {
        char path[64];

        snprintf(path, sizeof(path), "/proc/%d/stat", pid);
        return !*text_of(path) || strstr(text_of(path), ") Z ");
}

/* One that bears SIGTERM, and has a child: both are gone in the end, and what waited runs. */
static void test_patience_ends(sd_event *loop) {
        _cleanup_(exec_freep) struct exec *exec =
                make(loop, "trap 'echo term >>$OUT' TERM; sleep 600 & echo $! >$OUT; while :; do wait; done",
                     "echo next >>$OUT", 600000);
        pid_t grandchild;

        begin();
        exec_press(exec);
        exec_release(exec);
        RUN_UNTIL(loop, strstr(text_of(logged), "still runs; it will be ended in 0 s"));
        CHECK(!strstr(text_of(logged), "for too long"));
        RUN_UNTIL(loop, strstr(text_of(logged), "killing it"));
        RUN_UNTIL(loop, strstr(text_of(out), "next"));
        RUN_UNTIL(loop, !exec_is_running(exec));
        CHECK(strstr(text_of(logged), "has run for too long, ending it"));
        CHECK(strstr(text_of(logged), "was ended by signal 9"));
        CHECK(strstr(text_of(out), "term\nnext\n"));
        grandchild = (pid_t)strtol(text_of(out), NULL, 10);
        CHECK(grandchild > 1);
        RUN_UNTIL(loop, is_gone(grandchild));
}

static void test_free_ends(sd_event *loop) {
        struct exec *exec = make(loop, "trap '' TERM; echo $$ >$OUT; while :; do sleep 1; done", RELEASED, 0);
        pid_t pid;

        begin();
        exec_press(exec);
        exec_release(exec);
        RUN_UNTIL(loop, strchr(text_of(out), '\n'));
        pid = (pid_t)strtol(text_of(out), NULL, 10);
        exec_free(exec);
        CHECK(kill(pid, 0) < 0 && errno == ESRCH);
        CHECK(strstr(text_of(out), "-r")); /* what is owed is done all the same */
}

/* What was pressed has been released, and that is not lost with us, whatever the press is still doing. */
static void test_free_releases(sd_event *loop) {
        struct exec *exec = make(loop, "echo +p >>$OUT; sleep 600", "echo r >>$OUT", 0);

        begin();
        exec_press(exec);
        RUN_UNTIL(loop, strcmp(text_of(out), "+p\n") == 0);
        exec_release(exec);
        exec_press(exec); /* forgotten */
        exec_free(exec);
        CHECK_STR(text_of(out), "+p\nr\n");
}

static void on_reload(void *userdata) {
}

int main(void) {
        char command[64];
        sd_event *loop;

        set_up();
        CHECK_EQ(loop_new(&loop, on_reload, NULL), 0); /* blocks and ignores signals as pilliond does */
        test_never_overlap(loop);
        test_one_edge(loop);
        test_clean_birth(loop);
        test_failures_are_told(loop);
        test_patience_ends(loop);
        test_free_releases(loop);
        test_free_ends(loop);
        loop_free(loop);
        begin();
        snprintf(command, sizeof(command), "rm -r %s", directory);
        CHECK_EQ(system(command), 0);
        return 0;
}
