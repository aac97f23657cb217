/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fake.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/test.h"

void fake_put(const char *root, const char *name, const char *text) {
        char path[PATH_MAX];
        FILE *file;

        snprintf(path, sizeof(path), "%s/%s", root, name);
        file = fopen(path, "we");
        CHECK(file);
        CHECK(fputs(text, file) >= 0);
        CHECK_EQ(fclose(file), 0);
}

static bool get(const char *root, const char *name, char text[64]) {
        char path[PATH_MAX];
        FILE *file;
        size_t n;

        snprintf(path, sizeof(path), "%s/%s", root, name);
        file = fopen(path, "re");
        n = file ? fread(text, 1, 63, file) : 0;
        text[n] = '\0';
        if (file)
                fclose(file);
        return file;
}

static int is_host(const struct dirent *entry) {
        return entry->d_name[0] != '.';
}

char *fake_host(const char *root) {
        struct dirent **entries;
        char *all, text[64];
        size_t size;
        FILE *out = open_memstream(&all, &size);
        int n = scandir(root, &entries, is_host, alphasort);

        CHECK(n >= 0 && out);
        for (int i = 0; i < n; i++) {
                CHECK(get(root, entries[i]->d_name, text));
                fprintf(out, "%s=%s\n", entries[i]->d_name, text);
                free(entries[i]);
        }
        free(entries);
        fclose(out);
        return all;
}

static bool is_mended(const struct step_call *call) {
        const char *until = words_get(&call->step->told, "until");
        char path[PATH_MAX];

        snprintf(path, sizeof(path), "%s/.%s", call->root, until ? until : "");
        return until && access(path, F_OK) == 0;
}

/* Whether HOW is what the step is to do in PHASE, now. */
static bool is_told(const struct step_call *call, const char *phase, const char *how) {
        char name[128], path[PATH_MAX];
        int fd;

        if (!words_is(&call->step->told, phase, how) || is_mended(call))
                return false;
        if (!words_is(&call->step->told, "once", "yes"))
                return true;
        snprintf(name, sizeof(name), ".%s-%s-%s", call->step->target, phase, how);
        snprintf(path, sizeof(path), "%s/%s", call->root, name);
        fd = open(path, O_CREAT | O_EXCL | O_RDONLY | O_CLOEXEC, 0600);
        if (fd >= 0)
                close(fd);
        return fd >= 0;
}

static void hang(const struct step_call *call) {
        char path[PATH_MAX];
        struct stat st;

        snprintf(path, sizeof(path), "%s/x", words_get(&call->step->told, "hang"));
        (void)stat(path, &st);
}

static void wait_for_program_that_hangs(const struct step_call *call) {
        pid_t pid = fork();

        if (pid == 0) {
                hang(call);
                _exit(0);
        }
        (void)waitpid(pid, NULL, 0);
}

static void misbehave(struct step_call *call, const char *phase) {
        if (is_told(call, phase, "crash")) {
                fprintf(stderr, "an earlier line\nthe last words\n");
                raise(SIGSEGV);
        }
        if (is_told(call, phase, "mute"))
                _exit(0);
        if (is_told(call, phase, "overrun"))
                pause();
        if (is_told(call, phase, "interrupt"))
                (void)kill(getppid(), SIGTERM);
        if (is_told(call, phase, "hang"))
                hang(call);
        if (is_told(call, phase, "program-hangs"))
                wait_for_program_that_hangs(call);
}

/* Our end comes with our caller's, but not at once. */
static void die(const struct step_call *call, const char *phase, const char *when) {
        if (is_told(call, phase, when)) {
                (void)kill(getppid(), SIGKILL);
                pause();
        }
}

static int observe(struct step_call *call) {
        char text[64];

        misbehave(call, "observe");
        die(call, "observe", "die-early");
        if (is_told(call, "observe", "fail"))
                return step_fail(call, -ENODEV, "%s cannot be seen", call->step->target);
        return get(call->root, call->step->target, text) ? words_add(call->ret, "was", text) : -ENODEV;
}

static int set(struct step_call *call, const char *phase, const char *text) {
        char side[64], is[64];

        snprintf(side, sizeof(side), "%s.side", call->step->target);
        die(call, phase, "die-early");
        misbehave(call, phase);
        fake_put(call->root, side, text);
        step_say(call, "half of %s", call->step->target);
        die(call, phase, "die-amid");
        if (is_told(call, phase, "fail"))
                return step_fail(call, -EBUSY, "%s is busy", call->step->target);
        fake_put(call->root, call->step->target, text);
        die(call, phase, "die-late");
        return get(call->root, call->step->target, is) && strcmp(is, text) == 0 ? 0 : -EIO;
}

static int apply(struct step_call *call) {
        int r = set(call, "apply", "lent");

        return r < 0 ? r : words_add(call->ret, "left", call->step->target);
}

/* What apply() left is there only if it came to its end. */
static int undo(struct step_call *call) {
        const char *left = words_get(call->result, "left");

        fake_put(call->root, ".lent", call->lent ? "yes" : "no");
        if (left && strcmp(left, call->step->target) != 0)
                return -EBADMSG;
        return set(call, "undo", words_get(call->state, "was"));
}

const struct step_type fake_type = {
        .apply_usec = 400000,
        .undo_usec = 400000,
        .observe = observe,
        .apply = apply,
        .undo = undo,
};

const struct step_type *const fake_types[N_STEPS] = {
        &fake_type, &fake_type, &fake_type, &fake_type, &fake_type, &fake_type,
        &fake_type, &fake_type, &fake_type, &fake_type, &fake_type, &fake_type,
        &fake_type, &fake_type, &fake_type, &fake_type, &fake_type, &fake_type,
};
