/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/loan-world.h"

#include <sys/prctl.h>
#include <sys/stat.h>

void world_reset_host(const struct world *world) {
        char command[300];

        snprintf(command, sizeof(command), "rm -rf %s/* %s/.[a-z]* %s/*", world->root, world->root,
                 world->state);
        CHECK_EQ(system(command), 0);
        for (const char *name = "abc"; *name; name++) {
                fake_put(world->root, (char[]){ *name, '\0' }, "native");
                fake_put(world->root, (char[]){ *name, '.', 's', 'i', 'd', 'e', '\0' }, "native");
        }
}

void world_reset(struct world *world) {
        static const enum step_kind kinds[] = { STEP_DISPLAY_MANAGER, STEP_UNIT, STEP_UNBIND };

        world_reset_host(world);
        for (int i = 0; i < WORLD_STEPS; i++) {
                step_done(&world->steps[i]);
                world->steps[i] =
                        (struct step){ .kind = kinds[i], .target = strdup((char[]){ "abc"[i], '\0' }) };
        }
        CHECK_EQ(journal_boot(world->boot), 0);
        world->watch = NULL;
        if (world->interrupt)
                interrupt_forget(world->interrupt);
}

void world_begin(struct world *world) {
        *world = (struct world){ .folder = "/tmp/pillion-world.XXXXXX" };
        CHECK(mkdtemp(world->folder));
        snprintf(world->root, sizeof(world->root), "%s/host", world->folder);
        snprintf(world->state, sizeof(world->state), "%s/state", world->folder);
        snprintf(world->run, sizeof(world->run), "%s/run", world->folder);
        CHECK_EQ(mkdir(world->root, 0755) | mkdir(world->state, 0755) | mkdir(world->run, 0755), 0);
        CHECK_EQ(interrupt_new(&world->interrupt), 0);
        world->out = fopen("/dev/null", "we");
        CHECK(world->out);
        CHECK_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); /* so that nobody gets lost */
        world_reset(world);
}

void world_end(struct world *world) {
        char command[128];

        for (int i = 0; i < WORLD_STEPS; i++)
                step_done(&world->steps[i]);
        interrupt_free(world->interrupt);
        fclose(world->out);
        snprintf(command, sizeof(command), "rm -r %s", world->folder);
        CHECK_EQ(system(command), 0);
}

void world_tell(struct world *world, int step, const char *key, const char *value) {
        CHECK_EQ(words_add(&world->steps[step].told, key, value), 0);
}

enum switch_status world_run(const struct world *world, enum direction direction) {
        _cleanup_(progress_freep) struct progress *progress = NULL;
        const struct progress_options told = { world->run, "win10", world->out };
        const struct record_begin begin = { "win10", "guest", "", world->boot, 1, WORLD_STEPS };
        struct transaction_options options = { world->root, world->state, fake_types, world->interrupt };

        CHECK_EQ(progress_new(&progress, &told), 0);
        options.progress = progress;
        options.watch = world->watch;
        options.userdata = world->userdata;
        options.describe_holders = world->describe_holders;
        return direction == LEND ? transaction_lend(&options, &begin, world->steps)
                                 : transaction_return(&options);
}

pid_t world_fork(const struct world *world, enum direction direction) {
        pid_t pid;

        fflush(NULL); /* or it would say it again */
        pid = fork();
        CHECK(pid >= 0);
        if (pid == 0)
                _exit(world_run(world, direction));
        return pid;
}

int world_wait(pid_t pid) {
        int status, other;

        CHECK_EQ(waitpid(pid, &status, 0), pid);
        while (waitpid(-1, &other, 0) > 0)
                ;
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void world_check(const struct world *world, const char *host) {
        _cleanup_free_ char *is = fake_host(world->root);

        CHECK_STR(is, host);
}

void world_check_ended(const struct world *world, const char *how) {
        _cleanup_(loan_freep) struct loan *loan = NULL;

        CHECK_EQ(journal_read(&loan, world->state, NULL), -ENOENT);
        CHECK_EQ(journal_read_last(&loan, world->state), 0);
        CHECK_STR(loan->how, how);
}

const char *world_state(const struct world *world, const char *key) {
        static char line[2048];
        char path[96];
        FILE *file;

        snprintf(path, sizeof(path), "%s/state", world->run);
        file = fopen(path, "re");
        while (file && fgets(line, sizeof(line), file)) {
                line[strcspn(line, "\n")] = '\0';
                if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == '=') {
                        fclose(file);
                        return line + strlen(key) + 1;
                }
        }
        if (file)
                fclose(file);
        return "";
}
