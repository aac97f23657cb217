/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request at a time, each on a connection of its own as Mumble's own client does it, and the next only
 * when it was answered: two connections are in no order. A Mumble that hangs is not given up: its answer, or
 * its end, comes on that connection.
 */
#include "core/mumble.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "core/log.h"
#include "core/loop.h"

#define QUEUE_MAX  8
#define BOUND_USEC 50000u   /* from the socket's appearance to its listening */
#define RETRY_USEC 1000000u /* while the keys are down and Mumble refuses */
#define SLOW_USEC  2000000u
#define LAST_MSEC  300
#define ANSWER_YES "<succeeded>true<"

struct mumble {
        sd_event *loop;
        struct mumble_callbacks callbacks;
        struct sockaddr_un address;
        sd_event_source *watch, *retry;

        bool controlled, talk; /* what is wanted */
        bool known, told;      /* what Mumble was last told, if we know */
        const char *queue[QUEUE_MAX];
        unsigned n_queued;

        int fd; /* of the request that waits for its answer */
        const char *request;
        sd_event_source *answer, *slow;
        char text[512];
        size_t length;

        bool hangs;
        int error; /* of the last connection; 0: there was somebody */
        struct mumble_status last;
};

static const char start_talking[] = "starttalking", stop_talking[] = "stoptalking";

static void send_next(struct mumble *mumble);

static void tell_if_changed(struct mumble *mumble) {
        struct mumble_status status;

        mumble_status(mumble, &status);
        if (status.talking == mumble->last.talking && strcmp(status.problem, mumble->last.problem) == 0)
                return;
        mumble->last = status;
        mumble->callbacks.on_change(mumble->callbacks.userdata);
}

static void find_socket(struct sockaddr_un *address) {
        const char *runtime = getenv("XDG_RUNTIME_DIR"), *home = getenv("HOME");
        struct stat st;

        *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
        if (runtime && stat(runtime, &st) == 0)
                snprintf(address->sun_path, sizeof(address->sun_path), "%s/MumbleSocket", runtime);
        else
                snprintf(address->sun_path, sizeof(address->sun_path), "%s/.MumbleSocket", home ? home : "");
}

/* The descriptor of a connection on which REQUEST was sent, or -errno. */
static int send_request(const struct mumble *mumble, const char *request) {
        _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        char text[128];
        int length;

        if (fd < 0)
                return -errno;
        if (connect(fd, (const struct sockaddr *)&mumble->address, sizeof(mumble->address)) < 0)
                return -errno;
        length = snprintf(text, sizeof(text), "<self>\n <%s>true</%s>\n</self>\n", request, request);
        if (send(fd, text, (size_t)length, MSG_NOSIGNAL) != length)
                return -EIO; /* so short a text fits into an empty socket, or nobody is there */
        return steal_fd(fd);
}

static int on_retry(sd_event_source *timer, uint64_t usec, void *userdata) {
        send_next(userdata);
        return 0;
}

static void retry_in(struct mumble *mumble, uint64_t usec) {
        int r = timer_arm(mumble->loop, &mumble->retry, "mumble-retry", usec, on_retry, mumble);

        if (r < 0)
                log_errno(r, "Cannot wait for Mumble: %m");
}

/* Mumble has gone, and with it what it was told. */
static void forget(struct mumble *mumble) {
        mumble->known = true;
        mumble->told = false;
}

static void end_request(struct mumble *mumble) {
        mumble->answer = sd_event_source_disable_unref(mumble->answer);
        mumble->fd = close_fd(mumble->fd);
        mumble->request = NULL;
        mumble->hangs = false;
        timer_disarm(mumble->slow);
}

static void fail_request(struct mumble *mumble, const char *request, int error) {
        bool talk = request == start_talking || request == stop_talking;

        /* What happens once was missed; what lasts is caught up on. */
        if (!talk || mumble->error != error)
                log_warning("Cannot reach Mumble for '%s' at '%s': %s", request, mumble->address.sun_path,
                            strerror(-error));
        mumble->error = error;
        if (error == -EAGAIN)
                mumble->known = mumble->known && !talk; /* it is there, but too busy to be told */
        else if (talk || error == -ENOENT || error == -ECONNREFUSED)
                forget(mumble);
        if (mumble->talk || !mumble->known)
                retry_in(mumble, RETRY_USEC);
}

static int on_slow(sd_event_source *timer, uint64_t usec, void *userdata) {
        struct mumble *mumble = userdata;

        mumble->hangs = true;
        log_warning("Mumble has not answered '%s' yet: it may hang", mumble->request);
        tell_if_changed(mumble);
        return 0;
}

static int on_answer(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        struct mumble *mumble = userdata;
        size_t room = sizeof(mumble->text) - 1 - mumble->length;
        ssize_t n = recv(fd, mumble->text + mumble->length, room, 0);
        const char *request = mumble->request;

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return 0;
        if (n > 0) {
                mumble->length += (size_t)n;
                mumble->text[mumble->length] = '\0';
                if (!strstr(mumble->text, ANSWER_YES) && !strstr(mumble->text, "</reply>") &&
                    mumble->length < sizeof(mumble->text) - 1)
                        return 0;
        }
        end_request(mumble);
        if (n > 0 && !strstr(mumble->text, ANSWER_YES))
                log_warning("Mumble refuses '%s'", request);
        if (n <= 0)
                fail_request(mumble, request, n < 0 ? -errno : -ECONNRESET);
        else
                send_next(mumble);
        tell_if_changed(mumble);
        return 0;
}

static int await_answer(struct mumble *mumble, const char *request) {
        int r;

        mumble->request = request;
        mumble->length = 0;
        r = sd_event_add_io(mumble->loop, &mumble->answer, mumble->fd, EPOLLIN, on_answer, mumble);
        if (r < 0)
                return r;
        source_declare(mumble->answer, "mumble-answer", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        return timer_arm(mumble->loop, &mumble->slow, "mumble-slow", SLOW_USEC, on_slow, mumble);
}

/* What is to be told next; NULL: nothing. */
static const char *next_request(struct mumble *mumble) {
        const char *request;

        if (mumble->controlled && (!mumble->known || mumble->told != mumble->talk)) {
                mumble->told = mumble->known && mumble->talk;
                mumble->known = true;
                return mumble->told ? start_talking : stop_talking;
        }
        if (mumble->n_queued == 0)
                return NULL;
        request = mumble->queue[0];
        mumble->n_queued--;
        memmove(mumble->queue, mumble->queue + 1, mumble->n_queued * sizeof(*mumble->queue));
        return request;
}

static void send_next(struct mumble *mumble) {
        const char *request;
        int r;

        while (mumble->fd < 0 && (request = next_request(mumble))) {
                mumble->fd = send_request(mumble, request);
                r = mumble->fd < 0 ? mumble->fd : await_answer(mumble, request);
                if (r >= 0) {
                        mumble->error = 0;
                        break;
                }
                end_request(mumble);
                fail_request(mumble, request, r);
                if (mumble->talk || !mumble->known)
                        break; /* the timer goes on */
        }
        tell_if_changed(mumble);
}

static int on_directory(sd_event_source *watch, const struct inotify_event *event, void *userdata) {
        struct mumble *mumble = userdata;

        if (event->len == 0 || strcmp(event->name, strrchr(mumble->address.sun_path, '/') + 1) != 0)
                return 0;
        /* Whoever listened there does so no more: what is under way will fail by itself. */
        forget(mumble);
        mumble->error = event->mask & IN_DELETE ? -ENOENT : 0;
        if (mumble->error == 0)
                retry_in(mumble, BOUND_USEC);
        tell_if_changed(mumble);
        return 0;
}

static void watch_socket(struct mumble *mumble) {
        char directory[sizeof(mumble->address.sun_path)];

        snprintf(directory, sizeof(directory), "%s", mumble->address.sun_path);
        *strrchr(directory, '/') = '\0';
        /* Should it fail, the timer tries again while the keys are down. */
        if (sd_event_add_inotify(mumble->loop, &mumble->watch, directory,
                                 IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR, on_directory, mumble) >= 0)
                source_declare(mumble->watch, "mumble-socket", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
}

int mumble_new(struct mumble **ret, sd_event *loop, const struct mumble_callbacks *callbacks) {
        _cleanup_(mumble_freep) struct mumble *mumble = calloc(1, sizeof(*mumble));

        if (!mumble)
                return -ENOMEM;
        mumble->fd = -1;
        mumble->loop = sd_event_ref(loop);
        mumble->callbacks = *callbacks;
        find_socket(&mumble->address);
        watch_socket(mumble);
        if (access(mumble->address.sun_path, F_OK) < 0)
                mumble->error = -errno;
        mumble_status(mumble, &mumble->last);
        *ret = steal_ptr(mumble);
        return 0;
}

static void stop_at_last(struct mumble *mumble) {
        _cleanup_close_ int fd = mumble->told ? send_request(mumble, stop_talking) : -1;

        if (fd >= 0)
                (void)poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, LAST_MSEC);
}

struct mumble *mumble_free(struct mumble *mumble) {
        if (!mumble)
                return NULL;
        stop_at_last(mumble);
        end_request(mumble);
        mumble->watch = sd_event_source_disable_unref(mumble->watch);
        mumble->retry = sd_event_source_disable_unref(mumble->retry);
        mumble->slow = sd_event_source_disable_unref(mumble->slow);
        sd_event_unref(mumble->loop);
        free(mumble);
        return NULL;
}

void mumble_control_talking(struct mumble *mumble) {
        mumble->controlled = true;
        send_next(mumble);
}

void mumble_talk(struct mumble *mumble, bool talk) {
        mumble->controlled = true;
        mumble->talk = talk;
        send_next(mumble);
}

void mumble_request(struct mumble *mumble, enum mumble_request request) {
        static const char *const words[] = {
                [MUMBLE_MUTE] = "mute",   [MUMBLE_UNMUTE] = "unmute",   [MUMBLE_TOGGLE_MUTE] = "togglemute",
                [MUMBLE_DEAFEN] = "deaf", [MUMBLE_UNDEAFEN] = "undeaf", [MUMBLE_TOGGLE_DEAFEN] = "toggledeaf",
        };

        if (mumble->n_queued == QUEUE_MAX) {
                log_warning("Mumble hangs, dropping '%s'", words[request]);
                return;
        }
        mumble->queue[mumble->n_queued++] = words[request];
        send_next(mumble);
}

void mumble_status(const struct mumble *mumble, struct mumble_status *ret) {
        *ret = (struct mumble_status){ .talking = mumble->told };
        if (mumble->hangs)
                snprintf(ret->problem, sizeof(ret->problem),
                         "Mumble at '%s' does not answer: restart it unless it does so soon",
                         mumble->address.sun_path);
        else if (mumble->error < 0)
                snprintf(ret->problem, sizeof(ret->problem),
                         "Mumble cannot be reached at '%s' (%s): is it running?", mumble->address.sun_path,
                         strerror(-mumble->error));
}
