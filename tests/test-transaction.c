/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lending and returning that comes to its end, well or not. */
#include <sys/resource.h>

#include "switcher/lock.h"
#include "tests/loan-world.h"

static struct world world;

static void test_there_and_back(void) {
        _cleanup_(loan_freep) struct loan *loan = NULL;

        world_reset(&world);
        CHECK_EQ(world_run(&world, LEND), SWITCH_DONE);
        world_check(&world, WORLD_ALL);
        CHECK_STR(world_state(&world, "state"), "lent");
        CHECK_STR(world_state(&world, "profile"), "win10");
        CHECK_EQ(journal_read(&loan, world.state, NULL), 0);
        CHECK_EQ(loan->phase, LOAN_LENT);
        CHECK_EQ(loan_open_steps(loan), WORLD_STEPS);
        for (int i = 0; i < WORLD_STEPS; i++)
                CHECK(loan->steps[i].apply_usec > 0 && loan->steps[i].pid == 0);
        CHECK_EQ(world_run(&world, LEND), SWITCH_REFUSED);
        world_check(&world, WORLD_ALL);
        CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
        world_check(&world, WORLD_NATIVE);
        CHECK_STR(world_state(&world, "state"), "host");
        CHECK_STR(world_state(&world, "profile"), "");
        world_check_ended(&world, "returned");
        CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE); /* there is nothing to do */
}

/* The order, as the journal has it. */
static void test_order(void) {
        char command[400];

        world_reset(&world);
        CHECK_EQ(world_run(&world, LEND), SWITCH_DONE);
        CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
        snprintf(command, sizeof(command),
                 "[ \"$(cut -d' ' -f2,3 %s/history/*1.journal | sed 's/ version.*\\| how.*//' "
                 "| tr '\\n' ,)\" = '%s' ]",
                 world.state,
                 "BEGIN,INTENT n=1,DONE n=1,INTENT n=2,DONE n=2,INTENT n=3,DONE n=3,LENT,"
                 "UNDO n=3,UNDONE n=3,UNDO n=2,UNDONE n=2,UNDO n=1,UNDONE n=1,END,");
        CHECK_EQ(system(command), 0);
}

/* Step STEP does not do what it should, in PHASE: all is undone, and the cause is told. */
static void check_failure(int step, const char *phase, const char *how, const char *why) {
        char end[300];

        world_reset(&world);
        world_tell(&world, step, phase, how);
        CHECK_EQ(world_run(&world, LEND), SWITCH_FAILED);
        world_check(&world, WORLD_NATIVE);
        snprintf(end, sizeof(end), "undone: %s: %s",
                 step == 0   ? "stop the display manager a"
                 : step == 1 ? "stop b"
                             : "unbind c",
                 why);
        world_check_ended(&world, end);
        CHECK_STR(world_state(&world, "state"), "host");
        CHECK_STR(world_state(&world, "reason"), end + strlen("undone: "));
}

/* Whether undo() is told that all was lent. */
static void check_told(const char *expected) {
        char path[120], text[8] = "";
        FILE *file;

        snprintf(path, sizeof(path), "%s/.lent", world.root);
        file = fopen(path, "re");
        CHECK(file);
        CHECK(fgets(text, sizeof(text), file));
        fclose(file);
        CHECK_STR(text, expected);
}

static void test_undo_is_told(void) {
        world_reset(&world);
        CHECK_EQ(world_run(&world, LEND), SWITCH_DONE);
        CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
        check_told("yes");
        world_reset(&world);
        world_tell(&world, 2, "apply", "fail");
        CHECK_EQ(world_run(&world, LEND), SWITCH_FAILED);
        check_told("no");
}

static void test_failures(void) {
        check_failure(0, "observe", "fail", "a cannot be seen");
        check_failure(1, "observe", "crash", "its process was ended by SIGSEGV: the last words");
        check_failure(2, "observe", "mute", "its process ended without an answer");
        check_failure(0, "apply", "fail", "a is busy");
        check_failure(1, "apply", "crash", "its process was ended by SIGSEGV: the last words");
        check_failure(2, "apply", "mute", "its process ended without an answer");
        check_failure(2, "apply", "overrun", "it did not come to its end within 0.4 s, and was ended");
}

/* The first cause is told, whatever goes wrong after it; the rest is undone; it is tried once more. */
static void test_undo_fails(void) {
        world_reset(&world);
        world_tell(&world, 1, "undo", "fail");
        world_tell(&world, 1, "until", "mended");
        world_tell(&world, 2, "apply", "fail");
        CHECK_EQ(world_run(&world, LEND), SWITCH_STUCK);
        world_check(&world, "a=native\na.side=native\nb=lent\nb.side=native\nc=native\nc.side=native\n");
        CHECK_STR(world_state(&world, "state"), "failed");
        CHECK_EQ(world_run(&world, RETURN), SWITCH_STUCK);
        CHECK_EQ(world_run(&world, LEND), SWITCH_REFUSED);
        fake_put(world.root, ".mended", "");
        CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
        world_check(&world, WORLD_NATIVE);
        world_check_ended(&world, "undone");
}

/* What libvirt has not given back it may still take: its driver is not bound to it until then. */
static void test_libvirt_keeps(void) {
        world_reset(&world);
        world.steps[2].kind = STEP_VFIO;
        world_tell(&world, 2, "function", "b");
        world_tell(&world, 2, "undo", "fail");
        world_tell(&world, 2, "until", "mended");
        CHECK_EQ(world_run(&world, LEND), SWITCH_DONE);
        CHECK_EQ(world_run(&world, RETURN), SWITCH_STUCK);
        world_check(&world, "a=native\na.side=native\nb=lent\nb.side=lent\nc=lent\nc.side=native\n");
        fake_put(world.root, ".mended", "");
        CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
        world_check(&world, WORLD_NATIVE);
}

static void test_undo_fails_once(const char *how) {
        world_reset(&world);
        world_tell(&world, 1, "undo", how);
        world_tell(&world, 1, "once", "yes");
        CHECK_EQ(world_run(&world, LEND), SWITCH_DONE);
        CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
        world_check(&world, WORLD_NATIVE);
}

/* Lent without it; it alone has been undone. */
static void test_optional(const char *phase) {
        world_reset(&world);
        world.steps[1].optional = true;
        world_tell(&world, 1, phase, "fail");
        CHECK_EQ(world_run(&world, LEND), SWITCH_DONE);
        world_check(&world, "a=lent\na.side=lent\nb=native\nb.side=native\nc=lent\nc.side=lent\n");
        CHECK_STR(world_state(&world, "state"), "lent");
        CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
        world_check(&world, WORLD_NATIVE);
        world_check_ended(&world, "returned");
}

/* A signal in a step: the step comes to its end, then all is undone; on the way back nothing is left half
 * done. */
static void test_signals(void) {
        for (int step = 0; step < WORLD_STEPS; step++) {
                world_reset(&world);
                world_tell(&world, step, "apply", "interrupt");
                CHECK_EQ(world_run(&world, LEND), SWITCH_INTERRUPTED);
                world_check(&world, WORLD_NATIVE);
                world_check_ended(&world, "undone: interrupted by a signal");
                world_reset(&world);
                world_tell(&world, step, "observe", "interrupt");
                CHECK_EQ(world_run(&world, LEND), SWITCH_INTERRUPTED);
                world_check(&world, WORLD_NATIVE);
                world_reset(&world);
                world_tell(&world, step, "undo", "interrupt");
                CHECK_EQ(world_run(&world, LEND), SWITCH_DONE);
                CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
                world_check(&world, WORLD_NATIVE);
                world_check_ended(&world, "returned");
        }
}

/* The host went down: what the kernel held is gone with it, what lies on the disk is put back. */
static void test_other_boot(void) {
        world_reset(&world);
        strcpy(world.boot, WORLD_BOOT);
        world.steps[1].kind = STEP_XORG_SNIPPET;
        world_tell(&world, 1, "persistent", "yes");
        CHECK_EQ(world_run(&world, LEND), SWITCH_DONE);
        CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
        world_check(&world, "a=lent\na.side=lent\nb=native\nb.side=native\nc=lent\nc.side=lent\n");
        world_check_ended(&world, "the host went down while lent");
}

static void test_not_built_in(void) {
        const struct step_type *const none[N_STEPS] = { 0 };
        const struct progress_options told = { NULL, "win10", world.out };
        struct transaction_options options = { world.root, world.state, none, world.interrupt };
        const struct record_begin begin = { "win10", "guest", "", world.boot, 1, WORLD_STEPS };

        world_reset(&world);
        CHECK_EQ(progress_new(&options.progress, &told), 0);
        CHECK_EQ(transaction_lend(&options, &begin, world.steps), SWITCH_REFUSED);
        CHECK_EQ(transaction_return(&options), SWITCH_DONE);
        progress_free(options.progress);
        world_check(&world, WORLD_NATIVE);
}

/* The disk takes no more after N bytes, wherever that is: nothing is done that is not on record. */
static void test_full_disk(void) {
        struct rlimit limit, full;
        int lent = 0, undone = 0;

        CHECK_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
        signal(SIGXFSZ, SIG_IGN);
        full = limit;
        for (full.rlim_cur = 190; lent == 0; full.rlim_cur += 37) {
                pid_t pid;
                int status;

                world_reset(&world);
                pid = fork();
                if (pid == 0) {
                        CHECK_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
                        _exit(world_run(&world, LEND));
                }
                status = world_wait(pid);
                lent += status == SWITCH_DONE;
                undone += status == SWITCH_FAILED;
                CHECK(status == SWITCH_DONE || status == SWITCH_FAILED);
                world_check(&world, status == SWITCH_DONE ? WORLD_ALL : WORLD_NATIVE);
        }
        printf("%d times undone on a full disk\n", undone);
        CHECK(undone > 10);
}

static void test_lock(void) {
        _cleanup_(lock_freep) struct lock *lock = NULL, *second = NULL;
        struct lock_holder holder;
        char text[200], begin[80];

        CHECK_EQ(lock_take(&lock, world.run, "lend", "win10", &holder), 0);
        CHECK_EQ(lock_take(&second, world.run, "return", "", &holder), -EBUSY);
        CHECK_EQ(holder.pid, getpid());
        lock_describe(&holder, text, sizeof(text));
        snprintf(begin, sizeof(begin), "'pillion-switch lend win10' (pid %d, since 20", (int)getpid());
        CHECK(strncmp(text, begin, strlen(begin)) == 0);
        lock = lock_free(lock);
        CHECK_EQ(lock_take(&second, world.run, "restore", "", &holder), 0);
        CHECK_EQ(lock_take(&lock, world.run, "return", "", &holder), -EBUSY);
        lock_describe(&holder, text, sizeof(text));
        CHECK(strncmp(text, "'pillion-switch restore' (pid ", 30) == 0);
}

int main(void) {
        world_begin(&world);
        test_there_and_back();
        test_order();
        test_failures();
        test_undo_is_told();
        test_undo_fails();
        test_libvirt_keeps();
        test_undo_fails_once("fail");
        test_undo_fails_once("crash");
        test_optional("observe");
        test_optional("apply");
        test_signals();
        test_other_boot();
        test_not_built_in();
        test_full_disk();
        test_lock();
        world_end(&world);
        return 0;
}
