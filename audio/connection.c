/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 *         down        no core: a timer retries, ever more slowly; the socket's appearance hurries it
 *         connecting  core made, the daemon has not said a word yet
 *         up          it has introduced itself
 *
 * The daemon's death arrives as an error on the core, -EPIPE, in the middle of PipeWire's own dispatching;
 * the core must not be destroyed from there, so the timer does that as well.
 */
#include "audio/connection.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>

#include "core/log.h"
#include "core/loop.h"

#define RETRY_MIN_USEC 100000u
#define RETRY_MAX_USEC 10000000u /* for what inotify cannot tell: a directory that is not there */
#define BOUND_USEC     50000u    /* from the socket's appearance to its listening */

struct connection {
        sd_event *loop;
        struct pw_loop *pw; /* borrowed */
        struct connection_listener *listeners;
        struct pw_context *context;
        struct pw_core *core;
        struct spa_hook listener;
        bool up, lost;
        int seq; /* of the last flush that was answered */
        char socket[256];
        sd_event_source *watch; /* of the socket's directory, while down */
        sd_event_source *timer;
        uint64_t delay;
};

/* Where libpipewire looks (module-protocol-native/local-socket.c). Empty: nowhere, there is no session. */
static void find_socket(char *path, size_t size) {
        const char *directory = getenv("PIPEWIRE_RUNTIME_DIR"), *remote = getenv("PIPEWIRE_REMOTE");

        if (!remote || !remote[0])
                remote = "pipewire-0";
        if (!directory)
                directory = getenv("XDG_RUNTIME_DIR");
        path[0] = '\0';
        if (remote[0] == '/')
                snprintf(path, size, "%s", remote);
        else if (directory)
                snprintf(path, size, "%s/%s", directory, remote);
}

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata);

static void retry_in(struct connection *connection, uint64_t usec) {
        int r = timer_arm(connection->loop, &connection->timer, "pipewire-retry", usec, on_timer, connection);

        if (r < 0)
                log_errno(r, "Cannot wait for PipeWire, continuing without audio: %m");
        else
                (void)sd_event_source_set_time_accuracy(connection->timer, usec / 5 + 1);
}

static void retry_with_patience(struct connection *connection) {
        retry_in(connection, connection->delay);
        connection->delay *= 2;
        if (connection->delay > RETRY_MAX_USEC)
                connection->delay = RETRY_MAX_USEC;
}

static int on_directory(sd_event_source *watch, const struct inotify_event *event, void *userdata) {
        struct connection *connection = userdata;
        const char *slash = strrchr(connection->socket, '/');

        if (connection->core)
                return 0;
        if (event->len > 0 && slash && strcmp(event->name, slash + 1) == 0) {
                connection->delay = RETRY_MIN_USEC;
                retry_in(connection, BOUND_USEC);
        } else if (event->mask & IN_IGNORED) {
                /* The directory has gone: the next retry looks for a new one. */
                connection->watch = sd_event_source_disable_unref(connection->watch);
        }
        return 0;
}

static void watch_socket(struct connection *connection) {
        _cleanup_free_ char *directory = strdup(connection->socket);
        char *slash = directory ? strrchr(directory, '/') : NULL;

        if (connection->watch || !slash || slash == directory)
                return;
        *slash = '\0';
        /* Should it fail the timer alone must do. */
        if (sd_event_add_inotify(connection->loop, &connection->watch, directory,
                                 IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR, on_directory,
                                 connection) >= 0)
                source_declare(connection->watch, "pipewire-socket", SD_EVENT_PRIORITY_NORMAL,
                               SOURCE_AUXILIARY);
}

static void on_info(void *userdata, const struct pw_core_info *info) {
        struct connection *connection = userdata;

        if (connection->up)
                return;
        connection->up = true;
        connection->delay = RETRY_MIN_USEC;
        connection->watch = sd_event_source_disable_unref(connection->watch);
        log_event(LOG_INFO, (.message = MESSAGE_PIPEWIRE_BACK), "Connected to PipeWire %s at '%s'",
                  info->version, connection->socket);
        for (struct connection_listener *l = connection->listeners; l; l = l->next)
                l->on_up(l->userdata);
}

static void on_done(void *userdata, uint32_t id, int seq) {
        struct connection *connection = userdata;

        if (id == PW_ID_CORE)
                connection->seq = seq;
}

static void on_error(void *userdata, uint32_t id, int seq, int res, const char *message) {
        struct connection *connection = userdata;

        if (id != PW_ID_CORE || res != -EPIPE || connection->lost)
                return; /* a stream's own errors reach the stream */
        connection->lost = true;
        retry_in(connection, 0);
}

static const struct pw_core_events core_events = {
        PW_VERSION_CORE_EVENTS,
        .info = on_info,
        .done = on_done,
        .error = on_error,
};

static void disconnect(struct connection *connection) {
        if (!connection->core)
                return;
        for (struct connection_listener *l = connection->up ? connection->listeners : NULL; l; l = l->next)
                l->on_down(l->userdata);
        spa_hook_remove(&connection->listener);
        pw_core_disconnect(connection->core);
        connection->core = NULL;
        connection->up = connection->lost = false;
}

static void try_to_connect(struct connection *connection) {
        /* The watch first: a socket made in between is then an event. */
        watch_socket(connection);
        connection->core = pw_context_connect(connection->context, NULL, 0);
        if (connection->core) {
                spa_zero(connection->listener);
                pw_core_add_listener(connection->core, &connection->listener, &core_events, connection);
                return;
        }
        retry_with_patience(connection);
}

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata) {
        struct connection *connection = userdata;

        if (connection->lost) {
                if (connection->up)
                        log_event(LOG_WARNING, (.message = MESSAGE_PIPEWIRE_LOST),
                                  "Lost PipeWire at '%s', waiting for it to return", connection->socket);
                disconnect(connection);
                /* A daemon that hangs up on us at once is tried again with patience, too. */
                retry_with_patience(connection);
                watch_socket(connection);
        } else if (!connection->core) {
                try_to_connect(connection);
        }
        return 0;
}

int connection_new(struct connection **ret, sd_event *loop, struct pw_loop *pw) {
        _cleanup_(connection_freep) struct connection *connection = calloc(1, sizeof(*connection));

        if (!connection)
                return -ENOMEM;
        connection->loop = sd_event_ref(loop);
        connection->pw = pw;
        connection->delay = RETRY_MIN_USEC;
        find_socket(connection->socket, sizeof(connection->socket));
        /* "client-rt" asks for a data thread with real-time priority; newer versions do so by themselves. */
        connection->context =
                pw_context_new(pw, pw_properties_new(PW_KEY_CONFIG_NAME, "client-rt.conf", NULL), 0);
        if (!connection->context)
                return -errno;
        retry_in(connection, 0);
        *ret = steal_ptr(connection);
        return 0;
}

struct connection *connection_free(struct connection *connection) {
        if (!connection)
                return NULL;
        connection->up = false;
        disconnect(connection);
        if (connection->context)
                pw_context_destroy(connection->context);
        connection->timer = sd_event_source_disable_unref(connection->timer);
        connection->watch = sd_event_source_disable_unref(connection->watch);
        sd_event_unref(connection->loop);
        free(connection);
        return NULL;
}

void connection_listen(struct connection *connection, struct connection_listener *listener) {
        listener->next = connection->listeners;
        connection->listeners = listener;
}

void connection_unlisten(struct connection *connection, struct connection_listener *listener) {
        struct connection_listener **l = &connection->listeners;

        while (*l && *l != listener)
                l = &(*l)->next;
        if (*l)
                *l = listener->next;
}

void connection_flush(struct connection *connection, unsigned msec, bool (*is_done)(void *userdata),
                      void *userdata) {
        struct timespec now;
        int64_t end;
        int seq;

        if (!connection_is_up(connection))
                return;
        seq = pw_core_sync(connection->core, PW_ID_CORE, 0);
        clock_gettime(CLOCK_MONOTONIC, &now);
        end = SPA_TIMESPEC_TO_NSEC(&now) + msec * SPA_NSEC_PER_MSEC;
        do {
                if (pw_loop_iterate(connection->pw, 10) < 0)
                        break;
                clock_gettime(CLOCK_MONOTONIC, &now);
        } while ((connection->seq != seq || !is_done(userdata)) && connection_is_up(connection) &&
                 SPA_TIMESPEC_TO_NSEC(&now) < end);
}

bool connection_is_up(const struct connection *connection) {
        return connection->up && !connection->lost;
}

struct pw_core *connection_core(struct connection *connection) {
        return connection_is_up(connection) ? connection->core : NULL;
}

void connection_problem(const struct connection *connection, char *text, size_t size) {
        text[0] = '\0';
        if (connection_is_up(connection))
                return;
        if (!connection->socket[0])
                snprintf(text, size,
                         "PipeWire cannot be found, as XDG_RUNTIME_DIR is not set: run in the user's "
                         "session (systemctl --user)");
        else if (connection->core && !connection->lost)
                snprintf(text, size,
                         "PipeWire at '%s' has not answered yet: systemctl --user status pipewire",
                         connection->socket);
        else
                snprintf(text, size, "PipeWire does not listen at '%s': systemctl --user start pipewire",
                         connection->socket);
}
