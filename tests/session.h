/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/session: a PipeWire of our own, with bus, session manager and a sink that goes nowhere, in a
 * directory of its own ($TMPDIR's). Everything in it is ended by pid, and by the kernel should the test die
 * first.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/await.h"
#include "tests/test.h"

struct session {
        char directory[96];
        pid_t bus, pipewire, manager;
};

static const char null_sink[] =
        "context.objects = [ { factory = adapter args = { factory.name = support.null-audio-sink\n"
        "  node.name = test-sink media.class = Audio/Sink audio.position = \"FL,FR\" audio.rate = 48000\n"
        "  priority.session = 2000 priority.driver = 2000 object.linger = true } } ]\n";

static inline bool is_installed(const char *program) {
        char path[128];

        snprintf(path, sizeof(path), "/usr/bin/%s", program);
        return access(path, X_OK) == 0;
}

static inline const char *session_path(const struct session *session, const char *name) {
        static char path[256];

        snprintf(path, sizeof(path), "%s/%s", session->directory, name);
        return path;
}

/* Its output goes to a file of its name in the session's directory. */
static inline pid_t session_spawn(const struct session *session, const char *const argv[]) {
        char log[192];
        pid_t pid;

        snprintf(log, sizeof(log), "%s/%s.log", session->directory, basename(argv[0]));
        fflush(NULL);
        pid = fork();
        CHECK(pid >= 0);
        if (pid == 0) {
                int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);

                prctl(PR_SET_PDEATHSIG, SIGKILL);
                dup2(dup2(fd, STDOUT_FILENO), STDERR_FILENO);
                execvp(argv[0], (char *const *)argv);
                _exit(127);
        }
        return pid;
}

static inline pid_t end(pid_t pid, int number) {
        if (pid > 0) {
                kill(pid, number);
                waitpid(pid, NULL, 0);
        }
        return 0;
}

/* Makes the directory and points the environment at it; nothing runs, nor is there a runtime directory. */
static inline void session_init(struct session *session, const char *configuration) {
        char config[256];
        FILE *file;

        memset(session, 0, sizeof(*session));
        snprintf(session->directory, sizeof(session->directory), "%s/pillion-pipewire.XXXXXX",
                 getenv("TMPDIR") ?: "/tmp");
        CHECK(mkdtemp(session->directory));
        snprintf(config, sizeof(config), "mkdir -p %s/config/pipewire/pipewire.conf.d %s/state",
                 session->directory, session->directory);
        CHECK_EQ(system(config), 0);
        file = fopen(session_path(session, "config/pipewire/pipewire.conf.d/10-null-sink.conf"), "we");
        CHECK(file);
        fputs(configuration, file);
        fclose(file);
        setenv("HOME", session->directory, 1);
        setenv("XDG_CONFIG_HOME", session_path(session, "config"), 1);
        setenv("XDG_STATE_HOME", session_path(session, "state"), 1);
        setenv("XDG_RUNTIME_DIR", session_path(session, "run"), 1);
        unsetenv("PIPEWIRE_REMOTE");
        unsetenv("PIPEWIRE_RUNTIME_DIR");
}

static inline void session_start_pipewire(struct session *session) {
        session->pipewire = session_spawn(session, (const char *[]){ "pipewire", NULL });
        /* It gives up if there is no PipeWire yet. */
        await_listener(session_path(session, "run/pipewire-0"));
        session->manager = session_spawn(session, (const char *[]){ "wireplumber", NULL });
}

static inline void session_start(struct session *session) {
        char address[320];

        CHECK_EQ(mkdir(session_path(session, "run"), 0700), 0);
        snprintf(address, sizeof(address), "unix:path=%s", session_path(session, "run/bus"));
        setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
        snprintf(address, sizeof(address), "--address=unix:path=%s", session_path(session, "run/bus"));
        session->bus = session_spawn(
                session, (const char *[]){ "dbus-daemon", "--session", "--nofork", address, NULL });
        await_listener(session_path(session, "run/bus"));
        session_start_pipewire(session);
}

static inline void session_kill_pipewire(struct session *session) {
        session->pipewire = end(session->pipewire, SIGKILL);
        session->manager = end(session->manager, SIGKILL);
        unlink(session_path(session, "run/pipewire-0"));
}

static inline void session_done(struct session *session) {
        char command[160];

        session->manager = end(session->manager, SIGTERM);
        session->pipewire = end(session->pipewire, SIGTERM);
        session->bus = end(session->bus, SIGTERM);
        snprintf(command, sizeof(command), "rm -rf '%s'", session->directory);
        CHECK_EQ(system(command), 0);
}
