/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A step whose process hangs in the kernel (tests/hang.h). Its device is left alone, all else is given back,
 * and the rest follows when it has settled, whoever is there then.
 */
#include "switcher/progress-state.h"
#include "tests/hang.h"
#include "tests/loan-world.h"
#include "tests/notify.h"

#define PATIENCE_MSEC 20000

static struct world world;
static struct hang hang;

static void describe_holders(const struct step *step, char *text, size_t size) {
        snprintf(text, size, "somebody has %s", step->target);
}

/* "b" and "c" are one device; "c" hangs. */
static void reset(const char *phase) {
        if (!hang_begin(&hang))
                test_skip("FUSE cannot be had here, so nothing can hang in state D");
        world_reset(&world);
        world.describe_holders = describe_holders;
        world_tell(&world, 1, "function", "0000:01:00.0");
        world_tell(&world, 2, "function", "0000:01:00.0");
        world_tell(&world, 2, phase, "hang");
        world_tell(&world, 2, "until", "mended");
        world_tell(&world, 2, "hang", hang.folder);
}

static void settle(void) {
        fake_put(world.root, ".mended", "");
        hang_release(&hang);
}

static void await_state(const char *state) {
        for (int i = 0; i < PATIENCE_MSEC / 10; i++) {
                if (strcmp(world_state(&world, "state"), state) == 0)
                        return;
                usleep(10000);
        }
        test_fail("the state is '%s' and never '%s'", world_state(&world, "state"), state);
}

#define FROZEN "a=native\na.side=native\nb=lent\nb.side=lent\nc=native\nc.side=native\n"

#define ALL_BUT_C "a=lent\na.side=lent\nb=lent\nb.side=lent\nc=native\nc.side=native\n"

/* systemd must not end whoever waits, as long as it does: it is asked for time again and again. */
static void check_asks_for_time(int notify) {
        char message[400];
        int asked = 0;

        do /* what was said until now */
                (void)notify_receive(notify, message, sizeof(message));
        while (*message);
        for (int i = 0; asked < 2 && i < PATIENCE_MSEC / 10; i++) {
                usleep(10000);
                (void)notify_receive(notify, message, sizeof(message));
                asked += strncmp(message, "EXTEND_TIMEOUT_USEC=", 20) == 0;
        }
        CHECK_EQ(asked, 2);
}

/* It settles while we wait. */
static void test_settles(void) {
        char reason[1000], path[100];
        int notify;
        pid_t pid;

        reset("apply");
        snprintf(path, sizeof(path), "%s/notify", world.root);
        notify = notify_listen(path);
        pid = world_fork(&world, LEND);
        await_state("stuck");
        check_asks_for_time(notify);
        close(notify);
        CHECK_EQ(unsetenv("NOTIFY_SOCKET"), 0);
        CHECK_EQ(unlink(path), 0);
        world_check(&world, FROZEN);
        CHECK(strstr(world_state(&world, "reason"), "somebody has c"));
        CHECK(strstr(world_state(&world, "reason"), "a reboot would hang"));
        progress_state_reason(world.run, reason, sizeof(reason));
        CHECK_STR(reason, world_state(&world, "reason"));
        CHECK_EQ(waitpid(pid, NULL, WNOHANG), 0);
        settle();
        CHECK_EQ(world_wait(pid), SWITCH_FAILED);
        world_check(&world, WORLD_NATIVE);
        CHECK_STR(world_state(&world, "state"), "host");
        hang_end(&hang);
}

/* What says that all is as it was does not say so before. */
static void test_last_hook(void) {
        int status;
        pid_t pid;

        reset("apply");
        world.steps[0].kind = STEP_HOOK_OUTER;
        pid = world_fork(&world, LEND);
        await_state("stuck");
        world_check(&world, ALL_BUT_C);
        CHECK_EQ(kill(pid, SIGTERM), 0);
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK_EQ(WEXITSTATUS(status), SWITCH_STUCK);
        CHECK_EQ(world_run(&world, RETURN), SWITCH_REFUSED);
        world_check(&world, ALL_BUT_C);
        settle();
        do
                status = world_run(&world, RETURN);
        while (status == SWITCH_REFUSED); /* it has not died yet */
        CHECK_EQ(status, SWITCH_DONE);
        world_check(&world, WORLD_NATIVE);
        hang_end(&hang);
}

/* We do not wait: others are told, until it has settled. */
static void test_later(void) {
        _cleanup_(loan_freep) struct loan *loan = NULL;
        const struct transaction_options options = { 0 };
        char text[1200];
        int status;
        pid_t pid;

        reset("apply");
        pid = world_fork(&world, LEND);
        await_state("stuck");
        CHECK_EQ(kill(pid, SIGTERM), 0);
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK_EQ(WEXITSTATUS(status), SWITCH_STUCK);
        CHECK_EQ(journal_read(&loan, world.state, NULL), 0);
        CHECK_EQ(loan_stuck(loan)->number, 3);
        CHECK(transaction_is_stuck(&options, loan, text, sizeof(text)));
        CHECK(strstr(text, "'unbind c' hangs in the kernel, in "));
        CHECK_EQ(world_run(&world, RETURN), SWITCH_REFUSED);
        CHECK(strstr(world_state(&world, "reason"), "unbind c"));
        CHECK(strstr(world_state(&world, "reason"), "somebody has c"));
        CHECK_EQ(world_run(&world, LEND), SWITCH_REFUSED);
        world_check(&world, FROZEN);
        settle();
        while (transaction_is_stuck(&options, loan, text, sizeof(text)))
                usleep(10000);
        CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
        world_check(&world, WORLD_NATIVE);
        hang_end(&hang);
}

/* It hung before anything else was done: nothing says that anything is being undone, and yet it is. */
static void test_first(void) {
        _cleanup_(loan_freep) struct loan *loan = NULL;
        int status;
        pid_t pid;

        reset("undo"); /* which is never come to */
        world_tell(&world, 0, "apply", "hang");
        world_tell(&world, 0, "until", "mended");
        world_tell(&world, 0, "hang", hang.folder);
        pid = world_fork(&world, LEND);
        await_state("stuck");
        CHECK_EQ(kill(pid, SIGTERM), 0);
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK_EQ(WEXITSTATUS(status), SWITCH_STUCK);
        CHECK_EQ(journal_read(&loan, world.state, NULL), 0);
        CHECK_EQ(loan->phase, LOAN_LENDING);
        CHECK(!loan_is_lending(loan));
        settle();
        do
                status = world_run(&world, RETURN);
        while (status == SWITCH_REFUSED); /* it has not died yet */
        CHECK_EQ(status, SWITCH_DONE);
        world_check(&world, WORLD_NATIVE);
        hang_end(&hang);
}

/* Whoever was here before us was killed while the step hung, before its deadline: the rest is given back. */
static void test_killed_amid(void) {
        bool begun = false;
        int status;
        pid_t pid;

        reset("apply");
        pid = world_fork(&world, LEND);
        while (!begun) {
                _cleanup_(loan_freep) struct loan *loan = NULL;

                begun = journal_read(&loan, world.state, NULL) == 0 && loan->n_steps == 3;
                usleep(10000);
        }
        usleep(100000); /* for it to go to sleep */
        CHECK_EQ(kill(pid, SIGKILL), 0);
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK(WIFSIGNALED(status));
        pid = world_fork(&world, RETURN);
        await_state("stuck");
        world_check(&world, FROZEN);
        settle();
        CHECK_EQ(world_wait(pid), SWITCH_DONE);
        world_check(&world, WORLD_NATIVE);
        hang_end(&hang);
}

/* On the way back. */
static void test_undo_hangs(void) {
        pid_t pid;

        reset("undo");
        CHECK_EQ(world_run(&world, LEND), SWITCH_DONE);
        pid = world_fork(&world, RETURN);
        await_state("stuck");
        world_check(&world, "a=native\na.side=native\nb=lent\nb.side=lent\nc=lent\nc.side=lent\n");
        settle();
        CHECK_EQ(world_wait(pid), SWITCH_DONE);
        world_check(&world, WORLD_NATIVE);
        world_check_ended(&world, "returned");
        hang_end(&hang);
}

/* The host went down over it: nothing hangs any more, whoever has that number now. */
static void test_other_boot(void) {
        pid_t pid;
        int status;

        reset("apply");
        strcpy(world.boot, WORLD_BOOT);
        pid = world_fork(&world, LEND);
        await_state("stuck");
        CHECK_EQ(kill(pid, SIGTERM), 0);
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
        world_check_ended(&world, "the host went down while returning");
        settle();
        hang_end(&hang);
}

int main(void) {
        world_begin(&world);
        test_settles();
        test_last_hook();
        test_later();
        test_first();
        test_killed_amid();
        test_undo_hangs();
        test_other_boot();
        world_end(&world);
        return 0;
}
