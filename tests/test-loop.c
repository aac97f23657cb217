/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Against the kernel's own signals. An event source that always has something to say plays the mouse that
 * never stops.
 */
#include "core/loop.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/test.h"

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

/* A manager that does not read what it is told, until its queue is full and beyond: nobody waits for it. */
static void test_stuck_manager(void) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        char text[300];

        snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/pillion-loop.%d", getpid());
        CHECK(bind(manager, (const struct sockaddr *)&address, sizeof(address)) == 0);
        setenv("NOTIFY_SOCKET", address.sun_path, 1);
        loop_notify_status("all is %s", "well");
        CHECK(recv(manager, text, sizeof(text), 0) == (ssize_t)strlen("STATUS=all is well"));
        CHECK(memcmp(text, "STATUS=all is well", strlen("STATUS=all is well")) == 0);
        alarm(60); /* instead of for ever */
        for (int i = 0; i < 10000; i++)
                loop_notify_status("still here");
        alarm(0);
        unsetenv("NOTIFY_SOCKET");
        unlink(address.sun_path);
        close(manager);
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

int main(void) {
        unsigned reloads = 0;
        sd_event *loop = NULL;

        test_stuck_manager();
        CHECK_EQ(loop_new(&loop, count, &reloads), 0);
        test_signals_overtake_input(loop, &reloads);
        loop_free(loop);
        return 0;
}
