/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The child turns a loop of its own and sends each piece of news as one packet: a letter, and the problem if
 * there is one. It ends when its socket does, that is with its parent, and at the latest with the signal that
 * the kernel sends it then.
 */
#include "switcher/guest-watch.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "core/log.h"
#include "core/loop.h"
#include "switcher/hypervisor.h"

#define AGAIN_USEC 1000000u

struct guest_watch {
        sd_event *loop; /* borrowed */
        char *uri, *domain;
        guest_watch_fn on_news;
        void *userdata;
        pid_t child; /* 0: none */
        int fd;      /* -1: none */
        sd_event_source *news, *again;
};

struct news {
        char what; /* an enum guest_news, as a digit */
        char problem[500];
};

/* The child's. */
struct lookout {
        struct hypervisor *hypervisor;
        const char *domain;
        int fd;
};

static void tell(const struct lookout *lookout, enum guest_news what, const char *problem) {
        struct news news = { .what = (char)('0' + what) };

        snprintf(news.problem, sizeof(news.problem), "%s", problem ? problem : "");
        (void)send(lookout->fd, &news, sizeof(news), MSG_NOSIGNAL);
}

/* Active domains are told anyway; ours may be none of them. */
static void on_connection(bool connected, const char *problem, void *userdata) {
        struct lookout *lookout = userdata;

        if (!connected)
                tell(lookout, GUEST_UNKNOWN, problem);
        else if (hypervisor_request(lookout->hypervisor, HYPERVISOR_OBSERVE, lookout->domain, 0) < 0)
                tell(lookout, GUEST_UNKNOWN, "out of memory");
}

static void on_domain(const char *name, enum hypervisor_state state, const char *how,
                      struct domain_info *info, void *userdata) {
        const struct lookout *lookout = userdata;

        domain_free(info);
        if (strcmp(name, lookout->domain) == 0)
                tell(lookout, state == DOMAIN_GONE ? GUEST_GONE : GUEST_RUNS, NULL);
}

static void on_result(uint64_t serial, const char *error, struct domain_info *info, void *userdata) {
        domain_free(info);
}

static int on_parent_gone(sd_event_source *source, int fd, uint32_t events, void *userdata) {
        return sd_event_exit(sd_event_source_get_event(source), 0);
}

static int look_out(const struct guest_watch *watch, int fd) {
        struct lookout lookout = { .domain = watch->domain, .fd = fd };
        const struct hypervisor_callbacks callbacks = { on_connection, on_domain, on_result, &lookout };
        _cleanup_(loop_freep) sd_event *loop = NULL;
        int r;

        r = sd_event_new(&loop);
        if (r < 0)
                return r;
        r = sd_event_add_io(loop, NULL, fd, 0, on_parent_gone, NULL); /* EPOLLHUP comes unasked */
        if (r < 0)
                return r;
        r = hypervisor_new(&lookout.hypervisor, loop, watch->uri, &callbacks);
        return r < 0 ? r : sd_event_loop(loop);
}

/* What the parent holds, such as a lock, must be free when the parent is gone. */
static void keep_only(int fd) {
        if (fd > STDERR_FILENO + 1)
                (void)close_range(STDERR_FILENO + 1, (unsigned)fd - 1, 0);
        (void)close_range((unsigned)fd + 1, ~0u, 0);
}

/* Without cleaning up: a call that hangs must not hold up the end. */
static void be_child(const struct guest_watch *watch, int fd, pid_t parent) {
        (void)signal(SIGPIPE, SIG_IGN);
        keep_only(fd);
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
                _exit(EXIT_FAILURE);
        _exit(look_out(watch, fd) < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}

static int watch_start(struct guest_watch *watch);
static void try_again(struct guest_watch *watch);

static void watch_stop(struct guest_watch *watch) {
        watch->news = sd_event_source_disable_unref(watch->news);
        watch->fd = close_fd(watch->fd);
        if (watch->child > 0) {
                (void)kill(watch->child, SIGKILL);
                while (waitpid(watch->child, NULL, 0) < 0 && errno == EINTR)
                        ;
        }
        watch->child = 0;
}

static int on_again(sd_event_source *source, uint64_t usec, void *userdata) {
        struct guest_watch *watch = userdata;
        int r;

        r = watch_start(watch);
        if (r < 0) {
                log_errno(r, "Cannot watch '%s': %m, trying again", watch->domain);
                watch_stop(watch);
                try_again(watch);
        }
        return 0;
}

static void try_again(struct guest_watch *watch) {
        int r;

        r = timer_arm(watch->loop, &watch->again, "guest-watch-again", AGAIN_USEC, on_again, watch);
        if (r < 0)
                log_errno(r, "Cannot watch '%s': %m; its hardware stays lent until told otherwise",
                          watch->domain);
}

static void on_child_gone(struct guest_watch *watch) {
        watch_stop(watch);
        watch->on_news(GUEST_UNKNOWN, "the process that asks libvirt has died; it is started again",
                       watch->userdata);
        try_again(watch);
}

static int on_news(sd_event_source *source, int fd, uint32_t events, void *userdata) {
        struct guest_watch *watch = userdata;
        struct news news;
        ssize_t n = recv(fd, &news, sizeof(news), MSG_DONTWAIT);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return 0;
        if (n != sizeof(news))
                on_child_gone(watch);
        else
                watch->on_news((enum guest_news)(news.what - '0'), news.problem, watch->userdata);
        return 0;
}

static int watch_start(struct guest_watch *watch) {
        _cleanup_close_ int theirs = -1;
        pid_t parent = getpid();
        int fds[2], r;

        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
                return -errno;
        watch->fd = fds[0];
        theirs = fds[1];
        watch->child = fork();
        if (watch->child < 0) {
                r = -errno;
                watch->child = 0;
                return r;
        }
        if (watch->child == 0)
                be_child(watch, theirs, parent);
        r = sd_event_add_io(watch->loop, &watch->news, watch->fd, EPOLLIN, on_news, watch);
        if (r < 0)
                return r;
        source_declare(watch->news, "guest-watch", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        return 0;
}

int guest_watch_new(struct guest_watch **ret, sd_event *loop, const char *uri, const char *domain,
                    guest_watch_fn on_news_fn, void *userdata) {
        _cleanup_(guest_watch_freep) struct guest_watch *watch = calloc(1, sizeof(*watch));
        int r;

        if (!watch)
                return -ENOMEM;
        watch->fd = -1;
        watch->loop = loop;
        watch->on_news = on_news_fn;
        watch->userdata = userdata;
        watch->uri = strdup(uri);
        watch->domain = strdup(domain);
        if (!watch->uri || !watch->domain)
                return -ENOMEM;
        r = watch_start(watch);
        if (r < 0)
                return r;
        *ret = steal_ptr(watch);
        return 0;
}

struct guest_watch *guest_watch_free(struct guest_watch *watch) {
        if (!watch)
                return NULL;
        watch_stop(watch);
        watch->again = sd_event_source_disable_unref(watch->again);
        free(watch->uri);
        free(watch->domain);
        free(watch);
        return NULL;
}
