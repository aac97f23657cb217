/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A step in its child: what comes of it when it is done, fails, crashes, overruns, or hangs where no signal
 * reaches it. The host is a folder (tests/fake.h); what hangs does so in a file system (tests/hang.h), for
 * want of a driver; the lab has the real one.
 */
#include "switcher/runner.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "tests/fake.h"
#include "tests/hang.h"
#include "tests/test.h"

static char root[] = "/tmp/pillion-runner.XXXXXX";

/* What the parent was told, and what it answers. */
struct parent {
        int ready, said, interrupted;
        int refuse; /* on_ready()'s answer */
        char state[64], text[64];
        struct process child;
};

static int on_ready(const struct words *state, const struct process *child, void *userdata) {
        struct parent *parent = userdata;

        parent->ready++;
        parent->child = *child;
        snprintf(parent->state, sizeof(parent->state), "%s", state ? words_get(state, "was") : "");
        return parent->refuse;
}

static void on_say(const char *text, void *userdata) {
        struct parent *parent = userdata;

        parent->said++;
        snprintf(parent->text, sizeof(parent->text), "%s", text);
}

static void on_interrupt(void *userdata) {
        ((struct parent *)userdata)->interrupted++;
}

static void put_host(void) {
        fake_put(root, "a", "native");
        fake_put(root, "a.side", "native");
}

static void check_host(const char *text) {
        _cleanup_free_ char *host = fake_host(root);

        CHECK_STR(host, text);
}

#define NATIVE "a=native\na.side=native\n"
#define LENT   "a=lent\na.side=lent\n"

struct call {
        const char *phase, *how, *folder;
        bool undo;
        struct interrupt *interrupt;
};

static struct runner_result run(struct parent *parent, const struct call *call) {
        struct step step = { .kind = STEP_UNIT, .target = (char *)"a" };
        struct words state = { 0 }, none = { 0 };
        struct runner_result result;
        const struct runner_job job = {
                .step = &step,
                .type = &fake_type,
                .undo = call->undo,
                .root = root,
                .profile = "win10",
                .state = call->undo ? &state : NULL,
                .result = &none,
                .interrupt = call->interrupt,
                .on_ready = on_ready,
                .on_say = on_say,
                .on_interrupt = on_interrupt,
                .userdata = parent,
        };

        if (call->phase)
                CHECK_EQ(words_add(&step.told, call->phase, call->how), 0);
        if (call->folder)
                CHECK_EQ(words_add(&step.told, "hang", call->folder), 0);
        CHECK_EQ(words_add(&state, "was", "native"), 0);
        runner_run(&result, &job);
        words_done(&step.told);
        words_done(&state);
        return result;
}

/* Not a zombie either. */
static void check_gone(const struct parent *parent) {
        CHECK(!process_lingers(&parent->child, NULL));
        CHECK_EQ(waitpid(-1, NULL, WNOHANG), -1);
}

static void test_there_and_back(void) {
        struct parent parent = { 0 }, back = { 0 };
        struct runner_result result;

        put_host();
        result = run(&parent, &(struct call){ 0 });
        CHECK_EQ(result.outcome, RUNNER_DONE);
        CHECK(result.touched && result.usec > 0);
        CHECK_STR(result.problem, "");
        CHECK_STR(words_get(&result.words, "left"), "a");
        CHECK_STR(parent.state, "native");
        CHECK_STR(parent.text, "half of a");
        CHECK(parent.ready == 1 && parent.said == 1);
        check_gone(&parent);
        check_host(LENT);
        runner_result_done(&result);
        result = run(&back, &(struct call){ .undo = true });
        CHECK_EQ(result.outcome, RUNNER_DONE);
        CHECK_EQ(back.ready, 1);
        check_gone(&back);
        check_host(NATIVE);
        runner_result_done(&result);
}

static void check_failure(const struct call *call, const char *problem, bool touched, const char *host) {
        struct parent parent = { 0 };
        struct runner_result result;

        put_host();
        result = run(&parent, call);
        CHECK_EQ(result.outcome, RUNNER_FAILED);
        CHECK_STR(result.problem, problem);
        CHECK_EQ(result.touched, touched);
        CHECK_EQ(parent.ready, touched);
        CHECK(result.error < 0);
        if (parent.ready)
                check_gone(&parent);
        check_host(host);
        runner_result_done(&result);
}

#define AMID "a=native\na.side=lent\n"

static void test_failures(void) {
        check_failure(&(struct call){ "observe", "fail" }, "a cannot be seen", false, NATIVE);
        check_failure(&(struct call){ "observe", "mute" }, "its process ended without an answer", false,
                      NATIVE);
        check_failure(&(struct call){ "observe", "crash" },
                      "its process was ended by SIGSEGV: the last words", false, NATIVE);
        check_failure(&(struct call){ "apply", "fail" }, "a is busy", true, AMID);
        check_failure(&(struct call){ "apply", "mute" }, "its process ended without an answer", true, NATIVE);
        check_failure(&(struct call){ "apply", "crash" }, "its process was ended by SIGSEGV: the last words",
                      true, NATIVE);
        check_failure(&(struct call){ "apply", "overrun" },
                      "it did not come to its end within 0.4 s, and was ended", true, NATIVE);
        check_failure(&(struct call){ "undo", "overrun", .undo = true },
                      "it did not come to its end within 0.4 s, and was ended", true, NATIVE);
}

/* What cannot be put on record is not done. */
static void test_no_record_no_deed(void) {
        struct parent parent = { .refuse = -ENOSPC };
        struct runner_result result;

        put_host();
        result = run(&parent, &(struct call){ 0 });
        CHECK_EQ(result.outcome, RUNNER_FAILED);
        CHECK(!result.touched);
        CHECK_EQ(parent.ready, 1);
        CHECK_STR(result.problem, "it was not begun: No space left on device");
        check_gone(&parent);
        check_host(NATIVE);
        runner_result_done(&result);
}

/* No signal reaches it; it is left to itself, and named; when it wakes up, it takes its SIGKILL. */
static void test_stuck(const char *how) {
        struct parent parent = { 0 };
        struct runner_result result;
        struct process self;
        struct hang hang;
        uint64_t begun = now_usec();
        int fd;

        if (!hang_begin(&hang)) {
                printf("not tried, since FUSE cannot be had here: a child in state D\n");
                return;
        }
        put_host();
        result = run(&parent, &(struct call){ "apply", how, hang.folder });
        CHECK_EQ(result.outcome, RUNNER_STUCK);
        CHECK(now_usec() - begun < 5000000);
        CHECK(strstr(result.problem, "it hangs in the kernel: ") == result.problem);
        CHECK(result.touched);
        CHECK(process_lingers(&result.stuck, NULL));
        CHECK_EQ(process_look(&self, result.stuck.pid), 0);
        CHECK_EQ(self.start, result.stuck.start);
        fd = process_open(&result.stuck);
        CHECK(fd >= 0);
        CHECK_EQ(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 100), 0);
        CHECK(process_kill(&parent.child, 50000, NULL));
        hang_release(&hang);
        CHECK_EQ(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 5000), 1);
        close(fd);
        CHECK(!process_lingers(&result.stuck, NULL));
        while (waitpid(-1, NULL, WNOHANG) > 0)
                ;
        check_host(NATIVE);
        hang_end(&hang);
        runner_result_done(&result);
}

/* A number that was given out anew is somebody else. */
static void test_another_process(void) {
        struct process self, other;

        CHECK_EQ(process_look(&self, getpid()), 0);
        CHECK(process_lingers(&self, NULL));
        other = self;
        other.start++;
        CHECK(!process_lingers(&other, NULL));
        CHECK(!process_kill(&other, 0, NULL)); /* or we would not be here */
        CHECK_EQ(process_open(&other), -ESRCH);
        CHECK_EQ(process_look(&other, 1 << 22), -ESRCH);
}

/* A signal is told at once, and does not disturb. */
static void test_interrupt(void) {
        struct interrupt *interrupt;
        struct parent parent = { 0 };
        struct runner_result result;

        CHECK_EQ(interrupt_new(&interrupt), 0);
        CHECK(!interrupt_seen(interrupt));
        put_host();
        CHECK_EQ(kill(getpid(), SIGTERM), 0);
        result = run(&parent, &(struct call){ .interrupt = interrupt });
        CHECK_EQ(result.outcome, RUNNER_DONE);
        CHECK_EQ(parent.interrupted, 1);
        CHECK(interrupt_seen(interrupt));
        interrupt_forget(interrupt);
        CHECK(!interrupt_seen(interrupt));
        runner_result_done(&result);
        interrupt_free(interrupt);
}

/* The child's own view of what it was born with. */
static int look_at_self(struct step_call *call) {
        DIR *folder = opendir("/proc/self/fd");
        struct dirent *entry;
        sigset_t mask;
        int n = 0;

        while ((entry = readdir(folder)))
                n += entry->d_name[0] != '.';
        sigprocmask(SIG_BLOCK, NULL, &mask);
        return words_addf(call->ret, "was", "%d %d %d %d %d", n - 1, getpgrp() == getpid(),
                          sigismember(&mask, SIGTERM), signal(SIGPIPE, SIG_DFL) == SIG_IGN,
                          getenv("NOTIFY_SOCKET") != NULL);
}

static void test_clean_birth(void) {
        const struct step_type type = { 1000000, 1000000, look_at_self, look_at_self, look_at_self };
        const struct step step = { .target = (char *)"" };
        struct parent parent = { .refuse = -ECANCELED };
        const struct runner_job job = {
                .step = &step, .type = &type, .on_ready = on_ready, .userdata = &parent
        };
        struct runner_result result;

        CHECK_EQ(setenv("NOTIFY_SOCKET", "@x", 1), 0);
        CHECK(dup(0) >= 0 && dup(0) >= 0);
        runner_run(&result, &job);
        CHECK_STR(parent.state, "4 1 0 0 0"); /* descriptors: 0-2, and the link */
        runner_result_done(&result);
}

/* If the caller is killed, so is its child, wherever it is. Orphans become ours. */
static void test_caller_dies(void) {
        int status;
        pid_t pid;

        put_host();
        CHECK_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
        pid = fork();
        if (pid == 0) {
                struct parent parent = { 0 };

                (void)run(&parent, &(struct call){ "apply", "die-amid" });
                _exit(0);
        }
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK(WIFSIGNALED(status));
        CHECK(waitpid(-1, &status, 0) > 0);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        check_host(AMID);
}

int main(void) {
        char command[64];

        CHECK(mkdtemp(root));
        test_there_and_back();
        test_failures();
        test_no_record_no_deed();
        test_stuck("hang");
        test_stuck("program-hangs");
        test_another_process();
        test_interrupt();
        test_clean_birth();
        test_caller_dies();
        snprintf(command, sizeof(command), "rm -r %s", root);
        CHECK_EQ(system(command), 0);
        return 0;
}
