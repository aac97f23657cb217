/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/least.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/input.h>

#include "tests/test.h"

#define EVENTS_PER_READ 64

struct least_shared {
        struct made sink;
        atomic_bool ready;
        _Atomic uint64_t drops;
};

static void forward(struct least_shared *shared, const struct input_event *events, size_t n) {
        const struct input_event *frame = events;

        for (const struct input_event *e = events; e < events + n; e++) {
                if (e->type != EV_SYN)
                        continue;
                if (e->code == SYN_DROPPED)
                        shared->drops++;
                (void)!write(shared->sink.fd, frame, (size_t)(e + 1 - frame) * sizeof(*frame));
                frame = e + 1;
        }
        /* The beginning of a frame that did not fit into what was read. */
        if (frame < events + n)
                (void)!write(shared->sink.fd, frame, (size_t)(events + n - frame) * sizeof(*frame));
}

static int open_source(const char *node) {
        int clock = CLOCK_MONOTONIC, fd = open(node, O_RDWR | O_NONBLOCK | O_CLOEXEC);

        if (fd < 0 || ioctl(fd, EVIOCSCLOCKID, &clock) < 0 || ioctl(fd, EVIOCGRAB, (void *)1) < 0)
                test_fail("%s cannot be grabbed: %s", node, strerror(errno));
        return fd;
}

_Noreturn static void least_on(struct least_shared *shared, const char *node) {
        struct input_event events[EVENTS_PER_READ];
        struct epoll_event ready = { .events = EPOLLIN };
        int epoll = epoll_create1(EPOLL_CLOEXEC), fd;

        CHECK(epoll >= 0);
        made_make(&shared->sink, MADE_SINK);
        fd = open_source(node);
        CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ready) == 0);
        shared->ready = true;
        for (;;) {
                ssize_t n;

                if (epoll_wait(epoll, &ready, 1, -1) < 0)
                        continue;
                n = read(fd, events, sizeof(events));
                if (n > 0)
                        forward(shared, events, (size_t)n / sizeof(*events));
                else if (errno != EAGAIN && errno != EINTR)
                        exit(0); /* the source is gone */
        }
}

void least_start(struct least *least, const char *source) {
        struct least_shared *shared =
                mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

        CHECK(shared != MAP_FAILED);
        fflush(NULL);
        *least = (struct least){ .pid = fork(), .shared = shared };
        CHECK(least->pid >= 0);
        if (least->pid == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                least_on(shared, source);
        }
        while (!shared->ready) {
                CHECK_EQ(waitpid(least->pid, NULL, WNOHANG), 0);
                usleep(10000);
        }
}

const char *least_sink(const struct least *least) {
        return least->shared->sink.node;
}

uint64_t least_drops(const struct least *least) {
        return least->shared->drops;
}

void least_stop(struct least *least) {
        kill(least->pid, SIGKILL);
        waitpid(least->pid, NULL, 0);
        munmap(least->shared, sizeof(*least->shared));
}
