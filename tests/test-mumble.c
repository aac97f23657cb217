/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Against a socket that plays Mumble: it takes one document a connection, answers as Mumble does, and counts
 * who talks as Mumble does. It can hang, hang up, die and come back.
 */
#include "core/mumble.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/loop.h"
#include "tests/test.h"

#define DEADLINE_SEC 60

struct rig {
        sd_event *loop;
        struct mumble *mumble;
        unsigned changes;

        char directory[64], path[100];
        int listening;
        bool hangs, hangs_up;
        int talking;
        char said[1024]; /* every request, each with a blank behind */
};

static void on_change(void *userdata) {
        struct rig *rig = userdata;

        rig->changes++;
}

static void appear(struct rig *rig) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };

        strcpy(address.sun_path, rig->path);
        unlink(rig->path);
        rig->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        CHECK(rig->listening >= 0);
        CHECK_EQ(bind(rig->listening, (struct sockaddr *)&address, sizeof(address)), 0);
        CHECK_EQ(listen(rig->listening, 50), 0);
        rig->talking = 0;
        rig->said[0] = '\0';
}

/* As after a crash: the socket's file stays. */
static void die(struct rig *rig) {
        rig->listening = close_fd(rig->listening);
}

static void obey(struct rig *rig, const char *document) {
        char word[32], end[32];

        CHECK_EQ(sscanf(document, "<self>\n <%31[a-z]>true</%31[a-z]>\n</self>", word, end), 2);
        CHECK_STR(word, end);
        CHECK_EQ(document[strlen(document) - 1], '\n');
        strcat(strcat(rig->said, word), " ");
        if (strcmp(word, "starttalking") == 0)
                rig->talking++;
        else if (strcmp(word, "stoptalking") == 0 && rig->talking > 0)
                rig->talking--;
}

static void serve(struct rig *rig) {
        static const char reply[] = "<reply>\n <succeeded>true</succeeded>\n</reply>\n";
        int fd = rig->listening < 0 || rig->hangs ? -1 : accept(rig->listening, NULL, NULL);
        char document[256];
        ssize_t n;

        if (fd < 0)
                return;
        n = recv(fd, document, sizeof(document) - 1, 0);
        CHECK(n > 0);
        document[n] = '\0';
        if (!rig->hangs_up) {
                obey(rig, document);
                (void)send(fd, reply, sizeof(reply) - 1, MSG_NOSIGNAL); /* to whom has left, perhaps */
        }
        close(fd);
}

static void run_once(struct rig *rig) {
        CHECK(sd_event_run(rig->loop, 10000) >= 0);
        serve(rig);
}

static void run_for(struct rig *rig, unsigned msec) {
        struct timespec begin, now;

        clock_gettime(CLOCK_MONOTONIC, &begin);
        do {
                run_once(rig);
                clock_gettime(CLOCK_MONOTONIC, &now);
        } while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 < msec);
}

static struct mumble_status status_of(const struct rig *rig) {
        struct mumble_status status;

        mumble_status(rig->mumble, &status);
        return status;
}

#define RUN_UNTIL(rig, expr)                                                                                 \
        do {                                                                                                 \
                time_t end_ = time(NULL) + DEADLINE_SEC;                                                     \
                while (!(expr)) {                                                                            \
                        if (time(NULL) > end_)                                                               \
                                test_fail("waited in vain for %s; said: %s", #expr, (rig)->said);            \
                        run_once(rig);                                                                       \
                }                                                                                            \
        } while (0)

static void make(struct rig *rig) {
        const struct mumble_callbacks callbacks = { on_change, rig };

        CHECK_EQ(mumble_new(&rig->mumble, rig->loop, &callbacks), 0);
}

static void test_absent(struct rig *rig) {
        make(rig);
        CHECK(strstr(status_of(rig).problem, "cannot be reached at '"));
        CHECK(strstr(status_of(rig).problem, rig->path));
        mumble_request(rig->mumble, MUMBLE_MUTE);
        mumble_control_talking(rig->mumble);
        mumble_talk(rig->mumble, true);
        mumble_talk(rig->mumble, false);
        CHECK(!status_of(rig).talking);
        appear(rig);
        RUN_UNTIL(rig, !*status_of(rig).problem);
        run_for(rig, 200);
        CHECK_STR(rig->said, ""); /* what was missed is missed, and a new Mumble is silent by itself */
        CHECK(rig->changes > 0);
}

static void test_requests(struct rig *rig) {
        rig->said[0] = '\0';
        for (enum mumble_request request = MUMBLE_MUTE; request <= MUMBLE_TOGGLE_DEAFEN; request++)
                mumble_request(rig->mumble, request);
        RUN_UNTIL(rig, strcmp(rig->said, "mute unmute togglemute deaf undeaf toggledeaf ") == 0);
}

static void test_talks(struct rig *rig) {
        rig->said[0] = '\0';
        mumble_talk(rig->mumble, true);
        RUN_UNTIL(rig, rig->talking == 1);
        CHECK(status_of(rig).talking);
        mumble_talk(rig->mumble, true);
        mumble_talk(rig->mumble, false);
        RUN_UNTIL(rig, rig->talking == 0);
        CHECK_STR(rig->said, "starttalking stoptalking ");
        for (int i = 0; i < 21; i++) /* faster than it answers: levels, not a queue */
                mumble_talk(rig->mumble, i % 2 == 0);
        RUN_UNTIL(rig, rig->talking == 1);
        run_for(rig, 100);
        CHECK_EQ(rig->talking, 1);
        mumble_talk(rig->mumble, false);
        RUN_UNTIL(rig, rig->talking == 0);
        CHECK(!status_of(rig).talking);
}

static void test_comes_while_held(struct rig *rig) {
        die(rig);
        mumble_talk(rig->mumble, true);
        RUN_UNTIL(rig, *status_of(rig).problem);
        CHECK(!status_of(rig).talking);
        appear(rig);
        RUN_UNTIL(rig, rig->talking == 1);
        CHECK_STR(status_of(rig).problem, "");
        die(rig); /* dies and comes back while held */
        appear(rig);
        RUN_UNTIL(rig, rig->talking == 1);
        mumble_talk(rig->mumble, false);
        RUN_UNTIL(rig, rig->talking == 0);
        run_for(rig, 100);
        CHECK_STR(rig->said, "starttalking stoptalking ");
}

static void test_hangs(struct rig *rig) {
        rig->hangs = true;
        rig->said[0] = '\0';
        mumble_talk(rig->mumble, true);
        RUN_UNTIL(rig, strstr(status_of(rig).problem, "does not answer"));
        mumble_talk(rig->mumble, false);
        for (int i = 0; i < 20; i++)
                mumble_request(rig->mumble, MUMBLE_MUTE);
        run_for(rig, 100);
        rig->hangs = false;
        RUN_UNTIL(rig, !*status_of(rig).problem);
        RUN_UNTIL(rig, strcmp(rig->said,
                              "starttalking stoptalking mute mute mute mute mute mute mute mute ") == 0);
        CHECK_EQ(rig->talking, 0);
}

static void test_hangs_up(struct rig *rig) {
        rig->hangs_up = true;
        rig->said[0] = '\0';
        mumble_talk(rig->mumble, true);
        RUN_UNTIL(rig, *status_of(rig).problem);
        rig->hangs_up = false;
        RUN_UNTIL(rig, rig->talking == 1);
        CHECK_STR(rig->said, "starttalking ");
}

/* Whoever leaves stops; whoever was killed has stopped when he is back. */
static void test_leaves_silence(struct rig *rig) {
        CHECK_EQ(rig->talking, 1);
        rig->hangs = true; /* not even then does it take long; what was sent is read later */
        rig->mumble = mumble_free(rig->mumble);
        rig->hangs = false;
        serve(rig);
        CHECK_EQ(rig->talking, 0);

        rig->talking = 1;
        make(rig);
        mumble_control_talking(rig->mumble);
        RUN_UNTIL(rig, rig->talking == 0);
        rig->talking = 1;
        rig->mumble = mumble_free(rig->mumble);
        make(rig);
        mumble_talk(rig->mumble, true);
        run_for(rig, 100);
        CHECK_EQ(rig->talking, 1);
        mumble_talk(rig->mumble, false);
        RUN_UNTIL(rig, rig->talking == 0);
        rig->mumble = mumble_free(rig->mumble);
}

static void test_at_home(struct rig *rig) {
        die(rig);
        unlink(rig->path);
        unsetenv("XDG_RUNTIME_DIR");
        setenv("HOME", rig->directory, 1);
        snprintf(rig->path, sizeof(rig->path), "%s/.MumbleSocket", rig->directory);
        appear(rig);
        make(rig);
        mumble_request(rig->mumble, MUMBLE_DEAFEN);
        RUN_UNTIL(rig, strcmp(rig->said, "deaf ") == 0);
        rig->mumble = mumble_free(rig->mumble);
}

static void on_reload(void *userdata) {
}

int main(void) {
        static struct rig rig = { .directory = "/tmp/pillion-mumble.XXXXXX", .listening = -1 };

        CHECK(mkdtemp(rig.directory));
        setenv("XDG_RUNTIME_DIR", rig.directory, 1);
        snprintf(rig.path, sizeof(rig.path), "%s/MumbleSocket", rig.directory);
        CHECK_EQ(loop_new(&rig.loop, on_reload, NULL), 0);
        test_absent(&rig);
        test_requests(&rig);
        test_talks(&rig);
        test_comes_while_held(&rig);
        test_hangs(&rig);
        test_hangs_up(&rig);
        test_leaves_silence(&rig);
        test_at_home(&rig);
        loop_free(rig.loop);
        die(&rig);
        unlink(rig.path);
        CHECK_EQ(rmdir(rig.directory), 0);
        return 0;
}
