/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The child: it puts off all that it was born with, then calls the step's type, and ends. Nothing here cleans
 * up: the kernel does.
 */
#include "switcher/runner-internal.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

struct child {
        const struct runner_job *job;
        int link;
};

static void reset_signals(void) {
        sigset_t none;

        for (int number = 1; number < NSIG; number++)
                (void)signal(number, SIG_DFL); /* some cannot be */
        sigemptyset(&none);
        (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void keep_only(int link) {
        if (link > 3)
                (void)close_range(3, (unsigned)link - 1, 0);
        (void)close_range((unsigned)link + 1, ~0u, 0);
}

/* A hook must not speak to systemd for us. */
static void clear_environment(void) {
        static const char *const names[] = { "NOTIFY_SOCKET", "WATCHDOG_USEC",  "WATCHDOG_PID",  "LISTEN_FDS",
                                             "LISTEN_PID",    "LISTEN_FDNAMES", "JOURNAL_STREAM" };

        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
                (void)unsetenv(names[i]);
}

static void be_born(pid_t parent, int link, int output) {
        int null;

        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
                _exit(EXIT_FAILURE);
        (void)setpgid(0, 0);
        null = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
            dup2(output, STDERR_FILENO) < 0)
                _exit(EXIT_FAILURE);
        keep_only(link);
        clear_environment();
        reset_signals();
}

/* Who does not hear us any more has no use for us. */
static void tell(const struct child *child, enum runner_message type, const char *text) {
        _cleanup_free_ char *message = NULL;
        int size = asprintf(&message, "%c%s", type, text);

        if (size < 0 || send(child->link, message, (size_t)size, MSG_NOSIGNAL) != size)
                _exit(EXIT_FAILURE);
}

static _Noreturn void fail(const struct child *child, const struct step_call *call, int r) {
        char text[sizeof(call->problem) + 32];

        snprintf(text, sizeof(text), "%d %s", -r, call->problem);
        tell(child, MESSAGE_PROBLEM, text);
        _exit(EXIT_FAILURE);
}

static void tell_words(const struct child *child, enum runner_message type, const struct step_call *call) {
        _cleanup_free_ char *text = words_encode(call->ret);

        if (!text || strlen(text) + 1 >= RUNNER_MESSAGE_SIZE)
                fail(child, call, text ? -EMSGSIZE : -ENOMEM);
        tell(child, type, text);
}

static int on_say(const char *text, void *userdata) {
        tell(userdata, MESSAGE_SAY, text);
        return 0;
}

static void await_go(const struct child *child) {
        char letter;

        if (recv(child->link, &letter, 1, 0) != 1 || letter != MESSAGE_GO)
                _exit(EXIT_FAILURE);
}

static void apply(const struct child *child, struct step_call *call) {
        struct words state = { 0 };
        int r;

        call->ret = &state;
        r = child->job->type->observe(call);
        if (r < 0)
                fail(child, call, r);
        tell_words(child, MESSAGE_STATE, call);
        await_go(child);
        call->state = &state;
        call->ret = &(struct words){ 0 };
        r = child->job->type->apply(call);
        if (r < 0)
                fail(child, call, r);
        tell_words(child, MESSAGE_RESULT, call);
}

static void undo(const struct child *child, struct step_call *call) {
        int r;

        call->ret = &(struct words){ 0 };
        call->state = child->job->state;
        call->result = child->job->result;
        call->lent = child->job->lent;
        await_go(child);
        r = child->job->type->undo(call);
        if (r < 0)
                fail(child, call, r);
        tell_words(child, MESSAGE_RESULT, call);
}

_Noreturn void runner_child(const struct runner_job *job, pid_t parent, int link, int output) {
        struct child child = { job, link };
        struct step_call call = { .step = job->step,
                                  .root = job->root,
                                  .profile = job->profile,
                                  .say = on_say,
                                  .userdata = &child };

        be_born(parent, link, output);
        if (job->undo)
                undo(&child, &call);
        else
                apply(&child, &call);
        _exit(EXIT_SUCCESS);
}
