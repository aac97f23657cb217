/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGKILL at every point of a transaction, before and after each record of its journal, and within each step;
 * and again at every point of what comes to put it right. Whoever comes last finds all he needs: the host is
 * what it was, to the byte.
 */
#include "tests/loan-world.h"

static struct world world;
static unsigned deaths;

/* Counts the moments, and dies at the chosen one. */
struct reaper {
        int at, now;
};

static void on_record(bool written, void *userdata) {
        struct reaper *reaper = userdata;

        if (reaper->now++ == reaper->at)
                (void)kill(getpid(), SIGKILL);
}

/* True: it was killed at that moment; else it came to its end before. */
static bool run_to(enum direction direction, int moment) {
        struct reaper reaper = { .at = moment };
        int status;

        world.watch = on_record;
        world.userdata = &reaper;
        status = world_wait(world_fork(&world, direction));
        world.watch = NULL;
        if (status == 128 + SIGKILL)
                deaths++;
        else
                CHECK(status == SWITCH_DONE || (direction == LEND && status == SWITCH_FAILED));
        return status == 128 + SIGKILL;
}

static void check_restored(void) {
        _cleanup_(loan_freep) struct loan *loan = NULL;

        CHECK_EQ(world_wait(world_fork(&world, RETURN)), SWITCH_DONE);
        world_check(&world, WORLD_NATIVE);
        CHECK_EQ(journal_read(&loan, world.state, NULL), -ENOENT);
}

/* Makes the host anew, in the same world. */
typedef void (*prepare_fn)(void);

static void plain(void) {
        world_reset(&world);
}

/* Lending that fails, and so turns round by itself. */
static void failing(void) {
        world_reset(&world);
        world_tell(&world, 2, "apply", "fail");
}

static void failing_optional(void) {
        world_reset(&world);
        world.steps[1].optional = true;
        world_tell(&world, 1, "apply", "fail");
}

/* Killed at the moment FORTH of lending, then at each moment of returning. */
static void kill_again(prepare_fn prepare, int forth) {
        for (int back = 0;; back++) {
                prepare();
                CHECK(run_to(LEND, forth));
                if (!run_to(RETURN, back))
                        return;
                check_restored();
        }
}

/* Killed at each moment of lending, if TWICE then of what comes after, too. */
static int kill_lend(prepare_fn prepare, bool twice) {
        int forth = 0;

        for (bool killed = true; killed; forth++) {
                prepare();
                killed = run_to(LEND, forth);
                check_restored();
                if (killed && twice)
                        kill_again(prepare, forth);
        }
        return forth - 1;
}

/* After it was lent: killed at each moment of returning. */
static int kill_return(void) {
        int back = 0;

        for (bool killed = true; killed; back++) {
                world_reset(&world);
                CHECK_EQ(world_wait(world_fork(&world, LEND)), SWITCH_DONE);
                killed = run_to(RETURN, back);
                check_restored();
        }
        return back - 1;
}

/* Within a step, while it looks, and before, amid and after the change. */
static void kill_within(const char *phase, const char *how, enum direction direction) {
        for (int step = 0; step < WORLD_STEPS; step++) {
                world_reset(&world);
                world_tell(&world, step, phase, how);
                world_tell(&world, step, "once", "yes");
                if (direction == RETURN)
                        CHECK_EQ(world_wait(world_fork(&world, LEND)), SWITCH_DONE);
                CHECK_EQ(world_wait(world_fork(&world, direction)), 128 + SIGKILL);
                deaths++;
                check_restored();
        }
}

/* Whatever of the last record has come to the disk when the power fails. What was done by then is known. */
static void test_torn_tail(void) {
        static char text[8192];
        char path[96];
        size_t size, cuts = 0;
        FILE *file;

        world_reset(&world);
        CHECK_EQ(world_run(&world, LEND), SWITCH_DONE);
        snprintf(path, sizeof(path), "%s/switch.journal", world.state);
        file = fopen(path, "re");
        size = fread(text, 1, sizeof(text), file);
        fclose(file);
        for (size_t cut = (size_t)(strchr(text, '\n') - text) + 1; cut <= size; cut++, cuts++) {
                world_reset_host(&world);
                file = fopen(path, "we");
                CHECK_EQ(fwrite(text, 1, cut, file), cut);
                CHECK_EQ(fclose(file), 0);
                for (int step = 0; step < WORLD_STEPS; step++) {
                        char record[16], *intent;

                        snprintf(record, sizeof(record), "INTENT n=%d", step + 1);
                        intent = memmem(text, cut, record, strlen(record));
                        if (intent && memchr(intent, '\n', cut - (size_t)(intent - text)))
                                fake_put(world.root, world.steps[step].target, "lent");
                }
                CHECK_EQ(world_run(&world, RETURN), SWITCH_DONE);
                world_check(&world, WORLD_NATIVE);
        }
        printf("%zu torn journals\n", cuts);
}

int main(void) {
        world_begin(&world);
        printf("%d moments of lending\n", kill_lend(plain, true));
        printf("%d moments of lending that fails\n", kill_lend(failing, false));
        printf("%d moments of lending without an optional step\n", kill_lend(failing_optional, false));
        printf("%d moments of returning\n", kill_return());
        kill_within("observe", "die-early", LEND);
        kill_within("apply", "die-early", LEND);
        kill_within("apply", "die-amid", LEND);
        kill_within("apply", "die-late", LEND);
        kill_within("undo", "die-early", RETURN);
        kill_within("undo", "die-amid", RETURN);
        kill_within("undo", "die-late", RETURN);
        printf("killed %u times\n", deaths);
        test_torn_tail();
        world_end(&world);
        return 0;
}
