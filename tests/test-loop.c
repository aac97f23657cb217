/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Against the kernel's own signals, and a socket of ours in systemd's place. An event source that always has
 * something to say plays the mouse that never stops.
 */
#include "core/loop.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/test.h"

#define INTERVAL_USEC 200000

static void count(void *userdata) {
        (*(unsigned *)userdata)++;
}

static int on_flood(sd_event_source *source, void *userdata) {
        (*(unsigned *)userdata)++;
        return 0;
}

static sd_event_source *flood(sd_event *loop, unsigned *events) {
        sd_event_source *source = NULL;

        CHECK(sd_event_add_defer(loop, &source, on_flood, events) >= 0);
        source_declare(source, "flood", SD_EVENT_PRIORITY_IMPORTANT, SOURCE_AUXILIARY);
        CHECK(sd_event_source_set_enabled(source, SD_EVENT_ON) >= 0);
        return source;
}

static void test_signals_overtake_input(sd_event *loop, unsigned *reloads) {
        unsigned events = 0, calls = 0;
        sd_event_source *source = flood(loop, &events);

        CHECK_EQ(loop_add_signal(loop, SIGUSR1, "sigusr1", count, &calls), 0);
        CHECK_EQ(sd_event_run(loop, 0), 1);
        CHECK_EQ(raise(SIGUSR1), 0);
        CHECK_EQ(raise(SIGHUP), 0);
        for (int turn = 0; turn < 3; turn++)
                CHECK_EQ(sd_event_run(loop, 0), 1);
        CHECK_EQ(calls, 1);
        CHECK_EQ(*reloads, 1);
        CHECK(events > 0);
        sd_event_source_disable_unref(source);
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

static unsigned feedings(int fd) {
        char text[200];
        unsigned n = 0;
        ssize_t length;

        while ((length = recv(fd, text, sizeof(text) - 1, 0)) > 0) {
                text[length] = '\0';
                n += strncmp(text, "WATCHDOG=1", 10) == 0;
        }
        return n;
}

/* Even beneath a flood, the whole time. */
static void test_watchdog(sd_event *loop, int fd) {
        unsigned events = 0, fed = 0;
        sd_event_source *source = flood(loop, &events);
        uint64_t begin, now;

        CHECK(sd_event_now(loop, CLOCK_MONOTONIC, &begin) >= 0);
        do {
                CHECK_EQ(sd_event_run(loop, 0), 1);
                fed += feedings(fd); /* the queue is short, and sd_notify() waits for room in it */
                CHECK(sd_event_now(loop, CLOCK_MONOTONIC, &now) >= 0);
        } while (now < begin + 10 * INTERVAL_USEC);
        CHECK(fed >= 15);
        sd_event_source_disable_unref(source);
        CHECK_EQ(unlink(getenv("NOTIFY_SOCKET")), 0);
        close(fd);
}

int main(void) {
        int fd = listen_as_systemd();
        unsigned reloads = 0;
        sd_event *loop = NULL;

        CHECK_EQ(loop_new(&loop, count, &reloads), 0);
        test_signals_overtake_input(loop, &reloads);
        test_watchdog(loop, fd);
        loop_free(loop);
        return 0;
}
