/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parent. It waits in one place, for the child's messages, its output, its end, signals and the deadline
 * together, and never in a call that the child could hold up.
 */
#include "switcher/runner-internal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

struct runner {
        const struct runner_job *job;
        struct runner_result *result; /* being filled; borrowed */
        struct process child;
        int link, output, pidfd;
        uint64_t begun, deadline;
        bool answered;  /* RESULT or PROBLEM has come */
        bool over;      /* the child is dead */
        char last[200]; /* line of its output, perhaps a part of it */
        size_t n_last;
};

static void close_runner(struct runner *runner) {
        runner->link = close_fd(runner->link);
        runner->output = close_fd(runner->output);
        runner->pidfd = close_fd(runner->pidfd);
}

__attribute__((format(printf, 3, 4))) static void fail(struct runner *runner, int r, const char *format,
                                                       ...) {
        struct runner_result *result = runner->result;
        va_list ap;

        va_start(ap, format);
        vsnprintf(result->problem, sizeof(result->problem), format, ap);
        va_end(ap);
        result->outcome = RUNNER_FAILED;
        result->error = r;
}

static int make_pipes(int link[2], int output[2]) {
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link) < 0 ||
            pipe2(output, O_CLOEXEC | O_NONBLOCK) < 0)
                return -errno;
        /* For the child's programs it is a file like any other. */
        return fcntl(output[1], F_SETFL, 0) < 0 ? -errno : 0;
}

static int give_birth(struct runner *runner, int link[2], int output[2]) {
        pid_t parent = getpid(), pid;

        fflush(NULL); /* or it would write again what is ours */
        pid = fork();
        if (pid < 0)
                return -errno;
        if (pid == 0)
                runner_child(runner->job, parent, link[1], output[1]);
        (void)setpgid(pid, pid); /* whoever is first */
        runner->link = steal_fd(link[0]);
        runner->output = steal_fd(output[0]);
        runner->pidfd = pidfd_open(pid, 0);
        if (runner->pidfd >= 0 && process_look(&runner->child, pid) >= 0)
                return 0;
        (void)kill(pid, SIGKILL); /* it waits for us, and has done nothing */
        (void)waitpid(pid, NULL, 0);
        return -EMFILE;
}

static int start(struct runner *runner) {
        int link[2] = { -1, -1 }, output[2] = { -1, -1 };
        int r;

        r = make_pipes(link, output);
        if (r >= 0)
                r = give_birth(runner, link, output);
        for (int i = 0; i < 2; i++) {
                close_fd(link[i]);
                close_fd(output[i]);
        }
        return r;
}

/* It has seen what there is: now it may, or must not. */
static void let_go(struct runner *runner, const struct words *state) {
        const struct runner_job *job = runner->job;
        const char go = MESSAGE_GO;
        int r;

        r = job->on_ready(state, &runner->child, job->userdata);
        if (r >= 0) {
                runner->deadline = now_usec() + (job->undo ? job->type->undo_usec : job->type->apply_usec);
                runner->result->touched = true;
                if (send(runner->link, &go, 1, MSG_NOSIGNAL) != 1)
                        r = -errno;
        }
        if (r < 0) {
                fail(runner, r, "it was not begun: %s", strerror(-r));
                runner->answered = true;
                runner->link = close_fd(runner->link); /* so it ends */
        }
}

static void take_state(struct runner *runner, const char *text) {
        _cleanup_(words_done) struct words state = { 0 };
        int r;

        r = words_decode(&state, text);
        if (r >= 0) {
                let_go(runner, &state);
                return;
        }
        fail(runner, r, "what was observed cannot be read");
        runner->answered = true;
}

static void take_result(struct runner *runner, const char *text) {
        struct runner_result *result = runner->result;
        int r;

        runner->answered = true;
        result->usec = now_usec() - runner->begun;
        r = words_decode(&result->words, text);
        if (r < 0) {
                fail(runner, r, "its result cannot be read");
                return;
        }
        result->outcome = RUNNER_DONE;
        result->error = 0;
        result->problem[0] = '\0';
}

static void take_problem(struct runner *runner, const char *text) {
        int error = 0, n = 0;

        runner->answered = true;
        if (sscanf(text, "%d %n", &error, &n) != 1 || error <= 0)
                error = EPROTO;
        fail(runner, -error, "%s", n > 0 && text[n] ? text + n : strerror(error));
}

static void take_message(struct runner *runner, char *message) {
        const char *text = message + 1;

        switch (message[0]) {
        case MESSAGE_STATE:
                if (!runner->result->touched && !runner->job->undo)
                        take_state(runner, text);
                break;
        case MESSAGE_SAY:
                if (runner->job->on_say)
                        runner->job->on_say(text, runner->job->userdata);
                break;
        case MESSAGE_PROBLEM:
                take_problem(runner, text);
                break;
        case MESSAGE_RESULT:
                take_result(runner, text);
                break;
        default:
                break;
        }
}

/* False: there is no more to come. */
static bool read_link(struct runner *runner) {
        _cleanup_free_ char *message = malloc(RUNNER_MESSAGE_SIZE + 1);
        ssize_t n = message ? recv(runner->link, message, RUNNER_MESSAGE_SIZE, MSG_DONTWAIT) : -1;

        if (n < 0 && errno == EAGAIN)
                return true;
        if (n <= 0) {
                runner->link = close_fd(runner->link);
                return false;
        }
        message[n] = '\0';
        take_message(runner, message);
        return true;
}

/* The last line is kept: it is what a program that failed had to say. */
static void keep_output(struct runner *runner, const char *text, size_t size) {
        bool ended = runner->n_last > 0 && runner->last[runner->n_last - 1] == '\n';

        for (size_t i = 0; i < size; i++) {
                if (ended && text[i] != '\n')
                        runner->n_last = 0;
                ended = text[i] == '\n';
                if (runner->n_last + 1 < sizeof(runner->last))
                        runner->last[runner->n_last++] = text[i];
        }
}

static void read_output(struct runner *runner) {
        char text[4096];
        ssize_t n = read(runner->output, text, sizeof(text));

        if (n > 0)
                keep_output(runner, text, (size_t)n);
        else if (n == 0 || errno != EAGAIN)
                runner->output = close_fd(runner->output);
}

static void take_signal(struct runner *runner) {
        if (interrupt_seen(runner->job->interrupt) && runner->job->on_interrupt)
                runner->job->on_interrupt(runner->job->userdata);
}

/* Waits for the next thing that happens, until END. False: nothing did. */
static bool wait_once(struct runner *runner, uint64_t end) {
        struct pollfd fds[] = {
                { .fd = runner->link, .events = POLLIN },
                { .fd = runner->output, .events = POLLIN },
                { .fd = runner->pidfd, .events = POLLIN },
                { .fd = runner->job->interrupt ? interrupt_fd(runner->job->interrupt) : -1,
                  .events = POLLIN },
        };
        uint64_t now = now_usec(), left = end > now ? end - now : 0;
        struct timespec timeout = { (time_t)(left / 1000000), (long)(left % 1000000 * 1000) };

        if (ppoll(fds, 4, &timeout, NULL) <= 0)
                return false;
        if (fds[0].revents)
                (void)read_link(runner);
        if (fds[1].revents)
                read_output(runner);
        if (fds[3].revents)
                take_signal(runner);
        /* Last: what it said before it died has been read by then, one message at a time. */
        if (fds[2].revents && !fds[0].revents)
                runner->over = true;
        return true;
}

static void wait_until_over(struct runner *runner, uint64_t end) {
        while (!runner->over && now_usec() < end)
                (void)wait_once(runner, end);
}

/* By force. False: it cannot be. */
static bool end_child(struct runner *runner) {
        (void)kill(-runner->child.pid, SIGTERM);
        wait_until_over(runner, now_usec() + RUNNER_GRACE_USEC);
        if (!runner->over)
                (void)kill(-runner->child.pid, SIGKILL);
        wait_until_over(runner, now_usec() + RUNNER_GRACE_USEC);
        return runner->over;
}

static void say_stuck(struct runner *runner) {
        char who[120];

        process_describe(&runner->result->stuck, who, sizeof(who));
        fail(runner, -EDEADLK, "it hangs in the kernel: %s cannot be killed", who);
        runner->result->outcome = RUNNER_STUCK;
}

/* What it left for a reason, without an answer. */
static void say_death(struct runner *runner, int status) {
        const char *last = runner->n_last > 0 ? runner->last : "";
        const char *colon = *last ? ": " : "";

        runner->last[strcspn(runner->last, "\n")] = '\0';
        if (WIFSIGNALED(status))
                fail(runner, -ECHILD, "its process was ended by SIG%s%s%s", sigabbrev_np(WTERMSIG(status)),
                     colon, last);
        else
                fail(runner, -ECHILD, "its process ended without an answer%s%s", colon, last);
}

static void say_late(struct runner *runner) {
        const struct runner_job *job = runner->job;
        uint64_t usec = !runner->result->touched ? RUNNER_OBSERVE_USEC
                        : job->undo              ? job->type->undo_usec
                                                 : job->type->apply_usec;

        fail(runner, -ETIMEDOUT, "it did not come to its end within %.3g s, and was ended",
             (double)usec / 1e6);
}

/* Whether nothing of it is left. What did not succeed must not go on behind our back either. */
static bool settle(struct runner *runner, bool late) {
        if (!late)
                wait_until_over(runner, now_usec() + RUNNER_GRACE_USEC);
        if (!runner->over && !end_child(runner)) {
                runner->result->stuck = runner->child;
                return false;
        }
        return runner->result->outcome == RUNNER_DONE ||
               !process_kill(&runner->child, RUNNER_GRACE_USEC, &runner->result->stuck);
}

static void finish(struct runner *runner, bool late) {
        int status = 0;

        if (!settle(runner, late)) {
                say_stuck(runner);
                return;
        }
        (void)waitpid(runner->child.pid, &status, WNOHANG);
        if (runner->answered)
                return;
        if (late)
                say_late(runner);
        else
                say_death(runner, status);
}

void runner_run(struct runner_result *ret, const struct runner_job *job) {
        struct runner runner = { .job = job, .result = ret, .link = -1, .output = -1, .pidfd = -1 };
        int r;

        *ret = (struct runner_result){ .outcome = RUNNER_FAILED };
        runner.begun = now_usec();
        runner.deadline = runner.begun + RUNNER_OBSERVE_USEC;
        r = start(&runner);
        if (r < 0) {
                fail(&runner, r, "its process cannot be started: %s", strerror(-r));
        } else {
                if (job->undo)
                        let_go(&runner, NULL);
                while (!runner.answered && !runner.over && now_usec() < runner.deadline)
                        (void)wait_once(&runner, runner.deadline);
                finish(&runner, !runner.answered && !runner.over);
        }
        if (ret->usec == 0)
                ret->usec = now_usec() - runner.begun;
        close_runner(&runner);
}

void runner_result_done(struct runner_result *result) {
        words_done(&result->words);
}
