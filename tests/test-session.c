/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * On a bus of our own that stands for the system's, where a fake logind (pillion-test-desktop, the argument)
 * says what we have it say. Signals, questions and the inhibitor's descriptor go their real way.
 */
#include "core/session.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "core/loop.h"
#include "tests/test.h"

extern char **environ;

struct seen {
        sd_event *loop;
        const char *bar;
        unsigned homes;
        char why[80];
};

static char address[100];
static const char *desktop;

static void on_bar(const char *why, void *userdata) {
        ((struct seen *)userdata)->bar = why;
}

static void on_home(const char *why, void *userdata) {
        struct seen *seen = userdata;

        seen->homes++;
        snprintf(seen->why, sizeof(seen->why), "%s", why);
}

static const struct session_handlers handlers = { on_bar, on_home };

static void on_reload(void *userdata) {
}

struct child {
        pid_t pid;
        int in, out;
};

/* What a test that has failed leaves behind would keep whoever waits for our output waiting. */
static pid_t children[4];
static size_t n_children;

static void end_children(void) {
        for (size_t i = 0; i < n_children; i++)
                if (children[i] > 0)
                        kill(children[i], SIGKILL); /* it has inherited what we block */
}

static struct child start(char *const argv[]) {
        posix_spawn_file_actions_t actions;
        int in[2], out[2];
        struct child child;

        CHECK_EQ(pipe2(in, O_CLOEXEC), 0);
        CHECK_EQ(pipe2(out, O_CLOEXEC), 0);
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, in[0], 0);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        if (posix_spawnp(&child.pid, argv[0], &actions, NULL, argv, environ) != 0)
                test_skip("%s is not installed", argv[0]);
        children[n_children++] = child.pid;
        posix_spawn_file_actions_destroy(&actions);
        close(in[0]);
        close(out[1]);
        child.in = in[1];
        child.out = out[0];
        return child;
}

static void end(struct child *child) {
        close(child->in);
        kill(child->pid, SIGKILL);
        waitpid(child->pid, NULL, 0);
        for (size_t i = 0; i < n_children; i++)
                if (children[i] == child->pid)
                        children[i] = 0;
        close(child->out);
}

/* The next line of CHILD, while the loop turns; a minute at the most. */
static void expect(struct child *child, sd_event *loop, const char *line) {
        char text[200] = "";
        size_t n = 0;

        for (unsigned turns = 0; turns < 6000 && n < sizeof(text) - 1; turns++) {
                struct pollfd ready = { child->out, POLLIN, 0 };

                if (loop)
                        CHECK(sd_event_run(loop, 10000) >= 0);
                if (poll(&ready, 1, loop ? 0 : 10) <= 0)
                        continue;
                if (read(child->out, text + n, 1) <= 0 || text[n] == '\n')
                        break;
                n++;
        }
        text[n] = '\0';
        CHECK_STR(text, line);
}

static void tell(const struct child *child, const char *line) {
        CHECK_EQ(write(child->in, line, strlen(line)), (int64_t)strlen(line));
}

#define turn_until(seen, condition)                                                                          \
        do {                                                                                                 \
                unsigned turns_ = 0;                                                                         \
                while (!(condition)) {                                                                       \
                        CHECK(sd_event_run((seen)->loop, 10000) >= 0);                                       \
                        if (++turns_ > 6000)                                                                 \
                                test_fail("'%s' did not come about: bar '%s', home '%s'", #condition,        \
                                          (seen)->bar ? (seen)->bar : "", (seen)->why);                      \
                }                                                                                            \
        } while (0)

static bool barred(const struct seen *seen, const char *why) {
        return seen->bar && strcmp(seen->bar, why) == 0;
}

static struct child start_logind(void) {
        struct child logind = start((char *const[]){ (char *)desktop, "logind", NULL });

        expect(&logind, NULL, "ready");
        return logind;
}

static void test_sleep(struct seen *seen, struct child *logind) {
        tell(logind, "sleep 1\n");
        expect(logind, seen->loop, "let go");
        CHECK(barred(seen, "the machine goes to sleep"));
        tell(logind, "sleep 0\n");
        expect(logind, seen->loop, "held");
        CHECK(!seen->bar);
}

static void test_session(struct seen *seen, struct child *logind) {
        tell(logind, "lock\n");
        turn_until(seen, seen->homes == 1);
        CHECK_STR(seen->why, "the session is being locked");
        CHECK(!seen->bar);
        tell(logind, "hint 1\n");
        turn_until(seen, barred(seen, "the session is locked"));
        tell(logind, "active 0\n");
        tell(logind, "hint 0\n");
        turn_until(seen, barred(seen, "another session is in front"));
        tell(logind, "active 1\n");
        turn_until(seen, !seen->bar);
}

/* Locked, and gone: whoever is at the seat then is none of that session's. */
static void test_display(struct seen *seen, struct child *logind) {
        unsigned homes = seen->homes;

        tell(logind, "hint 1\n");
        turn_until(seen, barred(seen, "the session is locked"));
        tell(logind, "session 0\n");
        turn_until(seen, seen->homes == homes + 1);
        CHECK_STR(seen->why, "the session has ended");
        turn_until(seen, !seen->bar);
        tell(logind, "session 1\n");
        turn_until(seen, barred(seen, "the session is locked"));
        tell(logind, "hint 0\n");
        turn_until(seen, !seen->bar);
}

/* Who has two sessions at the seat, and leaves one, is at it still. */
static void test_moved(struct seen *seen, struct child *logind) {
        unsigned homes = seen->homes;

        tell(logind, "distant 0\n");
        tell(logind, "session 2\n");
        test_sleep(seen, logind); /* the questions about it are answered by then */
        test_sleep(seen, logind); /* and the answers taken */
        tell(logind, "session 1\n");
        test_sleep(seen, logind);
        test_sleep(seen, logind);
        tell(logind, "distant 1\n");
        CHECK_EQ(seen->homes, homes);
}

/* She has left the seat, too, if what she has still is a session over the network. */
static void test_left_for_remote(struct seen *seen, struct child *logind) {
        unsigned homes = seen->homes;

        tell(logind, "session 2\n");
        turn_until(seen, seen->homes == homes + 1);
        CHECK_STR(seen->why, "the session has ended");
        tell(logind, "session 1\n");
        tell(logind, "hint 1\n");
        turn_until(seen, barred(seen, "the session is locked"));
        tell(logind, "hint 0\n");
        turn_until(seen, !seen->bar);
        CHECK_EQ(seen->homes, homes + 1);
}

/* Who comes over the network was never at the seat, and takes nothing from whoever is there on leaving. */
static void test_remote(struct seen *seen, struct child *logind) {
        unsigned homes = seen->homes + 1;

        tell(logind, "session 0\n");
        turn_until(seen, seen->homes == homes);
        tell(logind, "remote 1\n");
        tell(logind, "session 1\n");
        tell(logind, "hint 1\n");
        turn_until(seen, barred(seen, "the session is locked"));
        tell(logind, "hint 0\n");
        turn_until(seen, !seen->bar);
        tell(logind, "session 0\n");
        test_sleep(seen, logind); /* the question about it is answered by then */
        test_sleep(seen, logind); /* and the answer taken */
        CHECK_EQ(seen->homes, homes);
}

static void test_judge(void) {
        CHECK(!session_judge(&(const struct session_facts){ 0 }));
        CHECK_STR(session_judge(&(const struct session_facts){ true, true, true }),
                  "the machine goes to sleep");
        CHECK_STR(session_judge(&(const struct session_facts){ false, true, true }), "the session is locked");
        CHECK_STR(session_judge(&(const struct session_facts){ .away = true }),
                  "another session is in front");
}

int main(int argc, char *argv[]) {
        char *daemon_argv[] = { "dbus-daemon",     "--session", "--nofork", "--nopidfile",
                                "--print-address", address,     NULL };
        _cleanup_(session_freep) struct session *session = NULL;
        struct child daemon, logind;
        struct seen seen = { 0 };
        char line[100];

        CHECK_EQ(argc, 2);
        CHECK_EQ(atexit(end_children), 0);
        desktop = argv[1];
        test_judge();
        CHECK_EQ(loop_new(&seen.loop, on_reload, NULL), 0);

        /* No bus is no error. */
        setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
        CHECK_EQ(session_new(&session, seen.loop, &handlers, &seen), 0);
        session = session_free(session);

        snprintf(address, sizeof(address), "--address=unix:abstract=pillion-test-session.%d", getpid());
        daemon = start(daemon_argv);
        CHECK(read(daemon.out, line, sizeof(line)) > 0);
        setenv("DBUS_SYSTEM_BUS_ADDRESS", address + strlen("--address="), 1);

        /* Nor is no logind; it is followed when it comes, and when it comes again. */
        CHECK_EQ(session_new(&session, seen.loop, &handlers, &seen), 0);
        for (int turn = 0; turn < 20; turn++)
                CHECK(sd_event_run(seen.loop, 10000) >= 0);
        logind = start_logind();
        expect(&logind, seen.loop, "held");
        test_sleep(&seen, &logind);
        test_session(&seen, &logind);
        test_display(&seen, &logind);
        test_moved(&seen, &logind);
        test_left_for_remote(&seen, &logind);
        test_remote(&seen, &logind);
        session = session_free(session);
        expect(&logind, NULL, "let go");
        end(&logind);
        end(&daemon);
        loop_free(seen.loop);
        return 0;
}
