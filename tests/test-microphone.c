/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Push-to-talk against a real PipeWire and session manager; what is muted is seen by pw-dump, a client of its
 * own. The sources have no card: the way of the routes is the lab's to test.
 */
#include "audio/microphone.h"

#include <time.h>

#include "audio/connection.h"
#include "audio/pwloop.h"
#include "core/log.h"
#include "tests/sources.h"

#define DEADLINE_SEC 90

static const char two_sources[] = "context.objects = [ { factory = adapter args = " SOURCE(
        "mic-a", "2000") " }\n"
                         "                    { factory = adapter args = " SOURCE("mic-b", "1900") " } ]\n";

struct rig {
        struct session session;
        sd_event *loop;
        struct pwloop *pwloop;
        struct connection *connection;
        struct microphones *microphones;
        struct microphone_control *control;
        unsigned changes;
};

static void on_change(void *userdata) {
        struct rig *rig = userdata;

        rig->changes++;
}

static struct microphones_status status_of(const struct rig *rig) {
        struct microphones_status status;

        microphones_status(rig->microphones, &status);
        return status;
}

static void run_once(struct rig *rig) {
        CHECK(sd_event_run(rig->loop, 20000) >= 0);
}

static void run_for(struct rig *rig, unsigned msec) {
        struct timespec begin, now;

        clock_gettime(CLOCK_MONOTONIC, &begin);
        do {
                run_once(rig);
                clock_gettime(CLOCK_MONOTONIC, &now);
        } while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 < msec);
}

#define RUN_UNTIL(rig, expr)                                                                                 \
        do {                                                                                                 \
                time_t end_ = time(NULL) + DEADLINE_SEC;                                                     \
                while (!(expr)) {                                                                            \
                        if (time(NULL) > end_)                                                               \
                                test_fail("waited in vain for %s (problem: %s)", #expr,                      \
                                          rig->microphones ? status_of(rig).problem : "");                   \
                        run_once(rig);                                                                       \
                }                                                                                            \
        } while (0)

static void set_mute(const struct rig *rig, const char *name, bool mute) {
        char text[200];

        snprintf(text, sizeof(text), "pw-cli set-param %s Props '{ mute: %s }'", name,
                 mute ? "true" : "false");
        command(&rig->session, text);
        RUN_UNTIL((struct rig *)rig, mute_of(name) == mute);
}

static void make(struct rig *rig) {
        const struct microphones_callbacks callbacks = { on_change, rig };

        CHECK_EQ(microphones_new(&rig->microphones, rig->loop, rig->connection, &callbacks), 0);
}

static void control(struct rig *rig, const char *source, enum microphone_rest rest) {
        CHECK_EQ(microphone_control_new(&rig->control, rig->microphones, source, rest), 0);
}

static void test_waits_for_pipewire(struct rig *rig) {
        CHECK(sd_event_new(&rig->loop) >= 0);
        CHECK_EQ(pwloop_new(&rig->pwloop, rig->loop), 0);
        CHECK_EQ(connection_new(&rig->connection, rig->loop, pwloop_get(rig->pwloop)), 0);
        make(rig);
        CHECK_STR(status_of(rig).problem, "");
        control(rig, NULL, REST_MUTED);
        microphone_control_press(rig->control, true);
        microphone_control_press(rig->control, false);
        CHECK(strstr(status_of(rig).problem, "systemctl --user start pipewire"));
        session_start(&rig->session);
        RUN_UNTIL(rig, mute_of("mic-a") == 1);
        RUN_UNTIL(rig, status_of(rig).governed && !status_of(rig).open);
        CHECK_STR(status_of(rig).problem, "");
        CHECK_EQ(mute_of("mic-b"), 0);
        CHECK(rig->changes > 0);
}

static void test_talks(struct rig *rig) {
        microphone_control_press(rig->control, true);
        CHECK(status_of(rig).open);
        RUN_UNTIL(rig, mute_of("mic-a") == 0);
        microphone_control_press(rig->control, false);
        RUN_UNTIL(rig, mute_of("mic-a") == 1 && !status_of(rig).open);
}

/* Somebody's hand in a mixer stays until the keys change something, and no longer. */
static void test_does_not_fight(struct rig *rig) {
        run_for(rig, 3500); /* no source has appeared for a while */
        set_mute(rig, "mic-a", false);
        run_for(rig, 500);
        CHECK_EQ(mute_of("mic-a"), 0);
        RUN_UNTIL(rig, status_of(rig).open);
        microphone_control_press(rig->control, true);
        microphone_control_press(rig->control, false);
        RUN_UNTIL(rig, mute_of("mic-a") == 1);
}

/* The session manager may restore what it remembers just after a source has appeared. Here, we do. */
static void test_holds_what_appears(struct rig *rig) {
        session_kill_pipewire(&rig->session);
        RUN_UNTIL(rig, *status_of(rig).problem);
        session_start_pipewire(&rig->session);
        RUN_UNTIL(rig, status_of(rig).governed);
        run_for(rig, 500); /* it has */
        command(&rig->session, "pw-cli set-param mic-a Props '{ mute: false }'");
        CHECK_EQ(mute_of("mic-a"), 0); /* while we do not run */
        RUN_UNTIL(rig, mute_of("mic-a") == 1);
}

static bool state_says_muted(const struct rig *rig) {
        char line[300];

        snprintf(line, sizeof(line), "grep -q 'mic-b:mute=true' %s/state/wireplumber/restore-stream",
                 rig->session.directory);
        return system(line) == 0;
}

/* A session manager that died while the keys were down restores that when it comes back, long after they are
 * up. */
static void test_session_manager_restarts(struct rig *rig) {
        struct microphone_control *mute;

        CHECK_EQ(microphone_control_new(&mute, rig->microphones, "mic-b", REST_OPEN), 0);
        microphone_control_press(mute, true);
        RUN_UNTIL(rig, mute_of("mic-b") == 1);
        RUN_UNTIL(rig, state_says_muted(rig));
        rig->session.manager = end(rig->session.manager, SIGKILL);
        microphone_control_press(mute, false);
        RUN_UNTIL(rig, mute_of("mic-b") == 0);
        run_for(rig, 3500);
        rig->session.manager = session_spawn(&rig->session, (const char *[]){ "wireplumber", NULL });
        run_for(rig, 3500);
        RUN_UNTIL(rig, mute_of("mic-b") == 0);
        microphone_control_free(mute);
        run_for(rig, 3500);
        CHECK_EQ(mute_of("mic-b"), 0);
}

static void test_pipewire_restarts(struct rig *rig) {
        microphone_control_press(rig->control, true);
        RUN_UNTIL(rig, mute_of("mic-a") == 0);
        session_kill_pipewire(&rig->session);
        RUN_UNTIL(rig, strstr(status_of(rig).problem, "does not listen"));
        CHECK(!status_of(rig).governed && !status_of(rig).open);
        microphone_control_press(rig->control, false);
        session_start_pipewire(&rig->session);
        RUN_UNTIL(rig, status_of(rig).governed && !status_of(rig).open);
        RUN_UNTIL(rig, mute_of("mic-a") == 1);
        session_kill_pipewire(&rig->session);
        RUN_UNTIL(rig, *status_of(rig).problem);
        microphone_control_press(rig->control, true); /* a level: it opens what comes back muted or not */
        session_start_pipewire(&rig->session);
        RUN_UNTIL(rig, status_of(rig).open);
        run_for(rig, 1000);
        RUN_UNTIL(rig, mute_of("mic-a") == 0);
        microphone_control_press(rig->control, false);
        RUN_UNTIL(rig, mute_of("mic-a") == 1);
}

/* The device that is left gets back what it had, unless it becomes the default again soon. */
static void test_default_moves(struct rig *rig) {
        set_default(&rig->session, "mic-b");
        RUN_UNTIL(rig, mute_of("mic-b") == 1);
        CHECK_EQ(mute_of("mic-a"), 1);
        RUN_UNTIL(rig, mute_of("mic-a") == 0);
        microphone_control_press(rig->control, true);
        RUN_UNTIL(rig, mute_of("mic-b") == 0);
        set_default(&rig->session, "mic-a");
        RUN_UNTIL(rig, mute_of("mic-b") == 0);
        microphone_control_press(rig->control, false);
        RUN_UNTIL(rig, mute_of("mic-a") == 1);
        run_for(rig, 3500);
        CHECK_EQ(mute_of("mic-b"), 0);
        CHECK_EQ(mute_of("mic-a"), 1);
}

static void test_source_comes_and_goes(struct rig *rig) {
        struct microphone_control *named;

        CHECK_EQ(microphone_control_new(&named, rig->microphones, "mic-c", REST_MUTED), 0);
        CHECK_STR(status_of(rig).problem, "PipeWire has no source 'mic-c'; there is 'mic-a', 'mic-b'");
        for (int i = 0; i < 2; i++) {
                command(&rig->session, "pw-cli create-node adapter '" SOURCE("mic-c", "100") "'");
                RUN_UNTIL(rig, !*status_of(rig).problem);
                RUN_UNTIL(rig, mute_of("mic-c") == 1);
                microphone_control_press(named, true);
                RUN_UNTIL(rig, mute_of("mic-c") == 0);
                CHECK_EQ(mute_of("mic-a"), 1);
                command(&rig->session, "pw-cli destroy mic-c");
                RUN_UNTIL(rig, *status_of(rig).problem);
                microphone_control_press(named, false);
        }
        microphones_set(rig->microphones, "mic-c", MICROPHONE_MUTE); /* is logged, no more */
        microphone_control_free(named);
        CHECK_STR(status_of(rig).problem, "");
}

static void test_single_commands(struct rig *rig) {
        microphones_set(rig->microphones, "mic-b", MICROPHONE_MUTE);
        RUN_UNTIL(rig, mute_of("mic-b") == 1);
        microphones_set(rig->microphones, "mic-b", MICROPHONE_TOGGLE);
        RUN_UNTIL(rig, mute_of("mic-b") == 0);
        microphones_set(rig->microphones, "mic-b", MICROPHONE_TOGGLE);
        microphones_set(rig->microphones, "mic-b", MICROPHONE_TOGGLE);
        microphones_set(rig->microphones, "mic-b", MICROPHONE_TOGGLE);
        RUN_UNTIL(rig, mute_of("mic-b") == 1);
        microphones_set(rig->microphones, "mic-b", MICROPHONE_UNMUTE);
        RUN_UNTIL(rig, mute_of("mic-b") == 0);
        microphones_set(rig->microphones, NULL, MICROPHONE_UNMUTE);
        RUN_UNTIL(rig, mute_of("mic-a") == 0);
        microphones_set(rig->microphones, NULL, MICROPHONE_TOGGLE);
        RUN_UNTIL(rig, mute_of("mic-a") == 1);
}

/* Two keys that talk, one that mutes. */
static void test_several_controls(struct rig *rig) {
        struct microphone_control *talk, *mute;

        CHECK_EQ(microphone_control_new(&talk, rig->microphones, "mic-a", REST_MUTED), 0);
        CHECK_EQ(microphone_control_new(&mute, rig->microphones, "mic-a", REST_OPEN), 0);
        microphone_control_press(rig->control, true);
        microphone_control_press(talk, true);
        microphone_control_press(rig->control, false);
        RUN_UNTIL(rig, mute_of("mic-a") == 0);
        microphone_control_press(mute, true);
        RUN_UNTIL(rig, mute_of("mic-a") == 1);
        microphone_control_press(mute, false);
        RUN_UNTIL(rig, mute_of("mic-a") == 0);
        microphone_control_free(mute);
        microphone_control_free(talk); /* while it is pressed */
        RUN_UNTIL(rig, mute_of("mic-a") == 1);
}

/* Off on every way out; after a violent one, with the next life. */
static void test_leaves_at_rest(struct rig *rig) {
        struct microphone_control *mute;

        CHECK_EQ(microphone_control_new(&mute, rig->microphones, "mic-b", REST_OPEN), 0);
        microphone_control_press(mute, true);
        microphone_control_press(rig->control, true);
        RUN_UNTIL(rig, mute_of("mic-a") == 0 && mute_of("mic-b") == 1);
        rig->microphones = microphones_free(rig->microphones);
        CHECK_EQ(mute_of("mic-a"), 1);
        CHECK_EQ(mute_of("mic-b"), 0);

        set_mute(rig, "mic-a", false);
        set_mute(rig, "mic-b", true);
        make(rig);
        control(rig, "mic-a", REST_MUTED);
        CHECK_EQ(microphone_control_new(&mute, rig->microphones, "mic-b", REST_OPEN), 0);
        RUN_UNTIL(rig, mute_of("mic-a") == 1 && mute_of("mic-b") == 0);
        set_mute(rig, "mic-a", false); /* by somebody's hand; still it is off when we leave */
        rig->microphones = microphones_free(rig->microphones);
        CHECK_EQ(mute_of("mic-a"), 1);
}

/* A control that ends gives back; with a PipeWire that hangs, leaving does not take long. */
static void test_gives_back(struct rig *rig) {
        struct timespec begin, now;

        set_mute(rig, "mic-a", false);
        make(rig);
        control(rig, "mic-a", REST_MUTED);
        RUN_UNTIL(rig, mute_of("mic-a") == 1);
        microphone_control_free(rig->control);
        CHECK_EQ(mute_of("mic-a"), 1);
        RUN_UNTIL(rig, mute_of("mic-a") == 0);

        control(rig, "mic-a", REST_MUTED);
        CHECK_EQ(kill(rig->session.pipewire, SIGSTOP), 0);
        clock_gettime(CLOCK_MONOTONIC, &begin);
        rig->microphones = microphones_free(rig->microphones);
        clock_gettime(CLOCK_MONOTONIC, &now);
        CHECK((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 < 5000);
        CHECK_EQ(kill(rig->session.pipewire, SIGCONT), 0);
        RUN_UNTIL(rig, mute_of("mic-a") == 1);
}

int main(void) {
        static const char *const programs[] = { "dbus-daemon", "pipewire",    "wireplumber",
                                                "pw-dump",     "pw-metadata", "pw-cli" };
        static struct rig rig;

        for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
                if (!is_installed(programs[i]))
                        test_skip("%s is not installed", programs[i]);
        log_set_level(LOG_DEBUG);
        session_init(&rig.session, two_sources);
        test_waits_for_pipewire(&rig);
        test_talks(&rig);
        test_does_not_fight(&rig);
        test_holds_what_appears(&rig);
        test_session_manager_restarts(&rig);
        test_pipewire_restarts(&rig);
        test_default_moves(&rig);
        test_source_comes_and_goes(&rig);
        test_single_commands(&rig);
        test_several_controls(&rig);
        test_leaves_at_rest(&rig);
        test_gives_back(&rig);
        connection_free(rig.connection);
        pwloop_free(rig.pwloop);
        sd_event_unref(rig.loop);
        session_done(&rig.session);
        return 0;
}
