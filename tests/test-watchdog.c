/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A socket of ours in systemd's place. An event source that always has something to say plays the mouse that
 * never stops.
 */
#include "core/watchdog.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "core/loop.h"
#include "tests/test.h"

#define INTERVAL_USEC 200000

static int on_flood(sd_event_source *source, void *userdata) {
        return 0;
}

static void on_reload(void *userdata) {
}

static int listen_as_systemd(void) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        char text[64];

        CHECK(fd >= 0);
        snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/pillion-test-notify.%d", getpid());
        CHECK_EQ(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
        setenv("NOTIFY_SOCKET", address.sun_path, 1);
        snprintf(text, sizeof(text), "%d", INTERVAL_USEC);
        setenv("WATCHDOG_USEC", text, 1);
        return fd;
}

/* How often it was fed, each time with INTERVAL. */
static unsigned feedings(int fd, unsigned interval) {
        char text[200], expected[100];
        unsigned n = 0;
        ssize_t length;

        snprintf(expected, sizeof(expected), "WATCHDOG=1\nWATCHDOG_USEC=%u", interval);
        while ((length = recv(fd, text, sizeof(text) - 1, 0)) > 0) {
                text[length] = '\0';
                CHECK_STR(text, expected);
                n++;
        }
        return n;
}

/* How often it is fed in USEC of a flood. */
static unsigned fed(sd_event *loop, int fd, uint64_t usec, unsigned interval) {
        uint64_t begin, now;
        unsigned n = 0;

        CHECK(sd_event_now(loop, CLOCK_MONOTONIC, &begin) >= 0);
        do {
                CHECK_EQ(sd_event_run(loop, 0), 1);
                n += feedings(fd, interval); /* the queue is short, and sd_notify() waits for room in it */
                CHECK(sd_event_now(loop, CLOCK_MONOTONIC, &now) >= 0);
        } while (now < begin + usec);
        return n;
}

int main(void) {
        _cleanup_(watchdog_freep) struct watchdog *watchdog = NULL;
        sd_event_source *flood = NULL;
        int fd = listen_as_systemd();
        sd_event *loop = NULL;
        unsigned n;

        CHECK_EQ(loop_new(&loop, on_reload, NULL), 0);
        CHECK(sd_event_add_defer(loop, &flood, on_flood, NULL) >= 0);
        source_declare(flood, "flood", SD_EVENT_PRIORITY_IMPORTANT, SOURCE_AUXILIARY);
        CHECK(sd_event_source_set_enabled(flood, SD_EVENT_ON) >= 0);

        /* Whoever holds nothing is given time; and is asked seldom. */
        CHECK_EQ(watchdog_new(&watchdog, loop), 0);
        n = fed(loop, fd, 5 * INTERVAL_USEC, 10 * INTERVAL_USEC);
        CHECK(n >= 2 && n <= 3);
        /* It is told at once that this has changed, and fed four times an interval from then on. */
        watchdog_watch(watchdog, true);
        CHECK_EQ(feedings(fd, INTERVAL_USEC), 1);
        CHECK(fed(loop, fd, 10 * INTERVAL_USEC, INTERVAL_USEC) >= 15);
        watchdog_watch(watchdog, false);
        CHECK_EQ(feedings(fd, 10 * INTERVAL_USEC), 1);
        watchdog = watchdog_free(watchdog);

        /* Without systemd it does nothing. */
        unsetenv("WATCHDOG_USEC");
        CHECK_EQ(watchdog_new(&watchdog, loop), 0);
        watchdog_watch(watchdog, true);
        CHECK_EQ(feedings(fd, 0), 0);

        sd_event_source_disable_unref(flood);
        loop_free(loop);
        CHECK_EQ(unlink(getenv("NOTIFY_SOCKET")), 0);
        close(fd);
        return 0;
}
