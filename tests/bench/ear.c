/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/ear.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/made.h"
#include "tests/test.h"

#define STOP_MSEC 50

void ear_open(struct ear *ear, const char *node, bool grab) {
        int clock = CLOCK_MONOTONIC;

        *ear = (struct ear){ .fd = open(node, O_RDONLY | O_NONBLOCK | O_CLOEXEC) };
        if (ear->fd < 0)
                test_fail("%s: %s", node, strerror(errno));
        CHECK(ioctl(ear->fd, EVIOCSCLOCKID, &clock) == 0);
        if (grab && ioctl(ear->fd, EVIOCGRAB, (void *)1) < 0)
                test_fail("%s cannot be grabbed: %s", node, strerror(errno));
}

void ear_close(struct ear *ear) {
        free(ear->heard.arrivals);
        close(ear->fd);
        *ear = (struct ear){ .fd = -1 };
}

static void read_once(struct ear *ear) {
        struct input_event events[64];
        ssize_t n = read(ear->fd, events, sizeof(events));
        int64_t now = now_nsec();

        if (n < 0)
                return;
        if (ear->sent)
                ear->heard.latest = *ear->sent - 1;
        for (size_t i = 0; i < (size_t)n / sizeof(*events); i++)
                numbered_hear(&ear->heard, events + i, now);
}

static void *listen_on(void *userdata) {
        struct ear *ear = userdata;
        struct pollfd poll_fd = { ear->fd, POLLIN, 0 };

        while (!ear->stop)
                if (poll(&poll_fd, 1, STOP_MSEC) > 0)
                        read_once(ear);
        return NULL;
}

void ear_start(struct ear *ear, size_t n, bool edges, const _Atomic uint32_t *sent) {
        (void)ear_probe(ear);
        ear->heard.arrivals = calloc(n, sizeof(*ear->heard.arrivals));
        CHECK(ear->heard.arrivals);
        memset(ear->heard.arrivals, 0xFF, n * sizeof(*ear->heard.arrivals)); /* no page faults later */
        ear->heard.size = n;
        ear->heard.edges = edges;
        ear->sent = sent;
        ear->stop = false;
        CHECK_EQ(pthread_create(&ear->thread, NULL, listen_on, ear), 0);
}

void ear_stop(struct ear *ear) {
        ear->stop = true;
        CHECK_EQ(pthread_join(ear->thread, NULL), 0);
        ear->sent = NULL;
}

bool ear_probe(struct ear *ear) {
        struct pollfd poll_fd = { ear->fd, POLLIN, 0 };
        bool heard;

        while (poll(&poll_fd, 1, 0) > 0)
                read_once(ear);
        heard = ear->heard.probes > 0;
        free(ear->heard.arrivals);
        ear->heard = (struct numbered){ 0 };
        return heard;
}
