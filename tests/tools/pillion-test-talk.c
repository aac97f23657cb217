/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-test-talk [SOURCE]: push-to-talk as pilliond has it, with lines on its input for keys: "down" and
 * "up". The end of the input ends it. Says what has changed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "audio/connection.h"
#include "audio/microphone.h"
#include "audio/pwloop.h"
#include "core/log.h"
#include "tests/test.h"

struct talk {
        sd_event *loop;
        struct microphones *microphones;
        struct microphone_control *control;
};

static void on_change(void *userdata) {
        const struct talk *talk = userdata;
        struct microphones_status status;

        microphones_status(talk->microphones, &status);
        printf("%s, %s\n", status.open ? "open" : "muted", *status.problem ? status.problem : "no problem");
        fflush(stdout);
}

static int on_line(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        struct talk *talk = userdata;
        char text[64];
        ssize_t n = read(fd, text, sizeof(text) - 1);

        if (n <= 0)
                return sd_event_exit(talk->loop, 0);
        text[n] = '\0';
        microphone_control_press(talk->control, strstr(text, "down"));
        return 0;
}

int main(int argc, char *argv[]) {
        struct talk talk = { 0 };
        const struct microphones_callbacks callbacks = { on_change, &talk };
        struct pwloop *pwloop;
        struct connection *connection;

        log_set_level(LOG_DEBUG);
        CHECK(sd_event_new(&talk.loop) >= 0);
        CHECK_EQ(pwloop_new(&pwloop, talk.loop), 0);
        CHECK_EQ(connection_new(&connection, talk.loop, pwloop_get(pwloop)), 0);
        CHECK_EQ(microphones_new(&talk.microphones, talk.loop, connection, &callbacks), 0);
        CHECK_EQ(microphone_control_new(&talk.control, talk.microphones, argc > 1 ? argv[1] : NULL,
                                        REST_MUTED),
                 0);
        CHECK(sd_event_add_io(talk.loop, NULL, STDIN_FILENO, EPOLLIN, on_line, &talk) >= 0);
        CHECK(sd_event_loop(talk.loop) >= 0);
        microphones_free(talk.microphones);
        connection_free(connection);
        pwloop_free(pwloop);
        sd_event_unref(talk.loop);
        return 0;
}
