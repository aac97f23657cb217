/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stream against a real PipeWire: it comes late, is heard at the sink's monitor, dies, comes back. The
 * machine may stop us at will, so nothing is said about time, and gaps are printed but not judged.
 *
 * test-playback PILLION-TEST-TONE
 */
#include "audio/playback.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <time.h>

#include "tests/session.h"
#include "tests/steady.h"

#define DEADLINE_SEC 90

static const struct playback_options options = { .role = "Game", .volume = -1, .rate_matching = true };

struct rig {
        struct session session;
        sd_event *loop;
        struct playback *playback;
        struct steady guest;
        unsigned changes;
};

static void on_change(void *userdata) {
        struct rig *rig = userdata;

        rig->changes++;
}

static struct playback_status status_of(const struct rig *rig) {
        struct playback_status status;

        playback_status(rig->playback, &status);
        return status;
}

static void run_once(struct rig *rig) {
        CHECK(sd_event_run(rig->loop, 50000) >= 0);
}

#define RUN_UNTIL(rig, expr)                                                                                 \
        do {                                                                                                 \
                time_t end_ = time(NULL) + DEADLINE_SEC;                                                     \
                while (!(expr)) {                                                                            \
                        if (time(NULL) > end_)                                                               \
                                test_fail("waited in vain for %s (problem: %s)", #expr,                      \
                                          status_of(rig).problem);                                           \
                        run_once(rig);                                                                       \
                }                                                                                            \
        } while (0)

static void start(struct rig *rig, const char *name, uint32_t rate, uint8_t bits, uint8_t channels) {
        const struct feed feed = { look, read_frames, skip, &rig->guest };

        playback_pause(rig->playback);
        rig->guest.format =
                (struct pcm_format){ .rate = rate, .bits = bits, .channels = channels, .channel_mask = 3 };
        rig->guest.stopped = false;
        rig->guest.read = 0;
        rig->guest.began = (struct timespec){ 0 };
        CHECK_EQ(playback_start(rig->playback, name, &rig->guest.format, &feed), 0);
}

static void wait_for_sound(struct rig *rig) {
        uint64_t pulls = status_of(rig).pulls;

        RUN_UNTIL(rig, status_of(rig).playing && status_of(rig).pulls > pulls + 20);
        CHECK_STR(status_of(rig).problem, "");
}

static void test_waits_for_pipewire(struct rig *rig) {
        struct playback_callbacks callbacks = { on_change, rig };

        CHECK(sd_event_new(&rig->loop) >= 0);
        CHECK_EQ(playback_new(&rig->playback, rig->loop, &options, &callbacks), 0);
        for (int i = 0; i < 20; i++)
                run_once(rig);
        CHECK(!status_of(rig).connected);
        CHECK(strstr(status_of(rig).problem, "systemctl --user start pipewire"));
        start(rig, "early", 48000, 16, 2); /* a wish made before there is anybody to hear it */
        CHECK(!status_of(rig).playing);

        session_start(&rig->session);
        RUN_UNTIL(rig, status_of(rig).connected);
        CHECK(rig->changes > 0);
        wait_for_sound(rig);
}

/* The number after WORD in what the tone tool says about FILE. */
static double measure(const char *tool, const char *file, const char *word) {
        char command[512], line[256] = "", *at;
        FILE *pipe;

        snprintf(command, sizeof(command), "'%s' '%s'", tool, file);
        pipe = popen(command, "re");
        CHECK(pipe);
        CHECK(fgets(line, sizeof(line), pipe));
        CHECK_EQ(pclose(pipe), 0);
        printf("%s", line);
        at = strstr(line, word);
        CHECK(at);
        return strtod(at + strlen(word), NULL);
}

static void test_is_heard(struct rig *rig, const char *tool) {
        char file[256];
        struct stat st;
        pid_t recorder;

        snprintf(file, sizeof(file), "%s", session_path(&rig->session, "heard.wav"));
        recorder = session_spawn(&rig->session,
                                 (const char *[]){ "pw-record", "--target", "test-sink", "-P",
                                                   "{ stream.capture.sink=true }", "--format", "s16",
                                                   "--rate", "48000", "--channels", "2", file, NULL });
        RUN_UNTIL(rig, stat(file, &st) == 0 && st.st_size > 3 * 48000 * 4);
        end(recorder, SIGINT);
        /* While the delay finds its target it is played up to half a percent too fast or too slow. */
        CHECK(fabs(measure(tool, file, "frequency ") / TONE - 1) < 0.006);
        CHECK(fabs(measure(tool, file, "level ") - 20 * log10(AMPLITUDE)) < 0.5);
        printf("quantum %u at %u Hz, %u us late of %u, %d ppm, %" PRIu64 " underruns, %" PRIu64 " overruns\n",
               status_of(rig).quantum, status_of(rig).graph_rate, status_of(rig).latency,
               status_of(rig).target, status_of(rig).rate_ppm, status_of(rig).underruns,
               status_of(rig).overruns);
        CHECK(status_of(rig).quantum > 0);
        CHECK_EQ(status_of(rig).graph_rate, 48000);
        unlink(file);
}

static void test_bears_the_guests_name(struct rig *rig) {
        static char dump[1 << 20];
        char file[256];
        FILE *stream;
        size_t n;

        start(rig, "Win \"10\"\n{x}", 48000, 16, 2);
        wait_for_sound(rig);
        end(session_spawn(&rig->session, (const char *[]){ "pw-dump", NULL }), 0);
        snprintf(file, sizeof(file), "%s", session_path(&rig->session, "pw-dump.log"));
        stream = fopen(file, "re");
        CHECK(stream);
        n = fread(dump, 1, sizeof(dump) - 1, stream);
        dump[n] = '\0';
        fclose(stream);
        CHECK(strstr(dump, "\"node.name\": \"pillion.Win__10___x_\""));
        CHECK(strstr(dump, "\"node.description\": \"Win \\\"10\\\"_{x}\""));
        CHECK(strstr(dump, "\"media.name\": \"Win \\\"10\\\"_{x}\""));
        CHECK(strstr(dump, "\"application.name\": \"pillion\""));
        CHECK(strstr(dump, "\"media.role\": \"Game\""));
}

static void test_formats(struct rig *rig, const char *tool) {
        struct pcm_format bad = { .rate = 48000, .bits = 12, .channels = 2 };

        start(rig, "win10", 44100, 24, 1);
        wait_for_sound(rig);
        test_is_heard(rig, tool); /* resampled and mixed to both sides, at the same level */
        start(rig, "win10", 192000, 32, 8);
        wait_for_sound(rig);
        start(rig, "win10", 96000, 24, 6);
        wait_for_sound(rig);
        start(rig, "win10", 48000, 8, 5);
        wait_for_sound(rig);
        CHECK_EQ(playback_start(rig->playback, "win10", &bad, &(struct feed){ 0 }), -EINVAL);
}

static void test_pipewire_restarts(struct rig *rig, const char *tool) {
        start(rig, "win10", 48000, 16, 2);
        wait_for_sound(rig);
        for (int i = 0; i < 2; i++) {
                session_kill_pipewire(&rig->session);
                RUN_UNTIL(rig, !status_of(rig).connected);
                RUN_UNTIL(rig, strstr(status_of(rig).problem, "does not listen"));
                CHECK(!status_of(rig).playing);
                session_start_pipewire(&rig->session);
                wait_for_sound(rig);
        }
        test_is_heard(rig, tool);
}

/* What pw-dump knows of the stream: its id, the first channel's volume as mixers show it, and its mute. */
static bool stream_is(struct rig *rig, double volume, bool mute, unsigned *ret_id) {
        static const char command[] =
                "pw-dump | python3 -c 'import json, sys\n"
                "for o in json.load(sys.stdin):\n"
                "  i = o.get(\"info\") or {}\n"
                "  if i.get(\"props\", {}).get(\"node.name\") == \"pillion.win10\":\n"
                "    p = [p for p in i[\"params\"][\"Props\"] if p.get(\"channelVolumes\")][0]\n"
                "    print(o[\"id\"], p[\"channelVolumes\"][0] ** (1 / 3), int(p[\"mute\"]))'";
        FILE *pipe = popen(command, "re");
        int muted = -1, n;
        double seen = -1;

        CHECK(pipe);
        n = fscanf(pipe, "%u %lf %d", ret_id, &seen, &muted);
        pclose(pipe);
        run_once(rig);
        return n == 3 && fabs(seen - volume) < 0.01 && muted == mute;
}

static bool state_says(const struct rig *rig, const char *word) {
        char command[256];

        snprintf(command, sizeof(command), "grep -q '%s' %s/state/wireplumber/restore-stream 2>/dev/null",
                 word, rig->session.directory);
        return system(command) == 0;
}

/* What asks for something of our stream is answered by our loop. */
static void run_beside(struct rig *rig, const char *program, unsigned id, const char *value) {
        char text[16];
        pid_t pid;
        int status;

        snprintf(text, sizeof(text), "%u", id);
        pid = session_spawn(&rig->session, (const char *[]){ "wpctl", program, text, value, NULL });
        RUN_UNTIL(rig, waitpid(pid, &status, WNOHANG) == pid);
        CHECK_EQ(status, 0);
}

/* Volume and mute as somebody sets them in a mixer outlive the stream, and PipeWire. */
static void test_volume_survives(struct rig *rig) {
        struct playback_options loud = options;
        unsigned id;

        start(rig, "win10", 48000, 16, 2);
        wait_for_sound(rig);
        RUN_UNTIL(rig, stream_is(rig, 1, false, &id));
        run_beside(rig, "set-volume", id, "0.3");
        run_beside(rig, "set-mute", id, "1");
        RUN_UNTIL(rig, stream_is(rig, 0.3, true, &id));
        RUN_UNTIL(rig, state_says(rig, "media.role:Game:mute=true"));
        playback_stop(rig->playback);
        start(rig, "win10", 44100, 16, 2);
        wait_for_sound(rig);
        RUN_UNTIL(rig, stream_is(rig, 0.3, true, &id));
        session_kill_pipewire(&rig->session);
        session_start_pipewire(&rig->session);
        RUN_UNTIL(rig, status_of(rig).connected);
        wait_for_sound(rig);
        RUN_UNTIL(rig, stream_is(rig, 0.3, true, &id));

        loud.volume = 80; /* as the configuration has it, whatever was set */
        CHECK_EQ(playback_configure(rig->playback, &loud), 0);
        wait_for_sound(rig);
        RUN_UNTIL(rig, stream_is(rig, 0.8, false, &id));
        CHECK_EQ(playback_configure(rig->playback, &options), 0);
}

/* By hotkeys: as mixers show it, within its bounds, quicker than PipeWire answers, and what a mixer did
 * counts. */
static void test_volume_changes(struct rig *rig) {
        unsigned id;

        playback_stop(rig->playback);
        CHECK_EQ(playback_change_volume(rig->playback, 5), -ENOENT);
        CHECK_EQ(playback_toggle_mute(rig->playback), -ENOENT);
        start(rig, "win10", 48000, 16, 2);
        wait_for_sound(rig);
        RUN_UNTIL(rig, stream_is(rig, 0.8, false, &id));
        run_beside(rig, "set-volume", id, "0.5");
        RUN_UNTIL(rig, stream_is(rig, 0.5, false, &id));
        for (int i = 0; i < 4; i++)
                CHECK_EQ(playback_change_volume(rig->playback, 5), 0);
        RUN_UNTIL(rig, stream_is(rig, 0.7, false, &id));
        CHECK_EQ(playback_change_volume(rig->playback, -100), 0);
        RUN_UNTIL(rig, stream_is(rig, 0, false, &id));
        CHECK_EQ(playback_change_volume(rig->playback, 100), 0);
        CHECK_EQ(playback_change_volume(rig->playback, 100), 0);
        RUN_UNTIL(rig, stream_is(rig, 1.5, false, &id));
        CHECK_EQ(playback_toggle_mute(rig->playback), 0);
        RUN_UNTIL(rig, stream_is(rig, 1.5, true, &id));
        run_beside(rig, "set-mute", id, "0");
        RUN_UNTIL(rig, stream_is(rig, 1.5, false, &id));
        CHECK_EQ(playback_toggle_mute(rig->playback), 0);
        RUN_UNTIL(rig, stream_is(rig, 1.5, true, &id));
        CHECK_EQ(playback_toggle_mute(rig->playback), 0);
        CHECK_EQ(playback_change_volume(rig->playback, -50), 0);
        RUN_UNTIL(rig, stream_is(rig, 1, false, &id));
}

static void test_stop_is_final(struct rig *rig) {
        for (int i = 0; i < 10; i++) {
                start(rig, "win10", 48000, 16, 2);
                for (int j = 0; j < i; j++)
                        run_once(rig);
                if (i % 2)
                        playback_stop(rig->playback);
                else
                        playback_pause(rig->playback);
                rig->guest.stopped = true;
                for (int j = 0; j < 4; j++)
                        run_once(rig);
                CHECK_EQ(rig->guest.pulled_when_stopped, 0);
                RUN_UNTIL(rig, !status_of(rig).playing);
        }
}

static void test_configure(struct rig *rig) {
        struct playback_options elsewhere = options;

        elsewhere.target = "test-sink";
        start(rig, "win10", 48000, 16, 2);
        wait_for_sound(rig);
        CHECK_EQ(playback_configure(rig->playback, &elsewhere), 0);
        CHECK(!status_of(rig).playing);
        wait_for_sound(rig);
        CHECK_EQ(playback_configure(rig->playback, &elsewhere), 0);
        CHECK(status_of(rig).playing); /* no change, no break */
}

int main(int argc, char *argv[]) {
        static const char *const programs[] = { "dbus-daemon", "pipewire", "wireplumber",
                                                "pw-record",   "pw-dump",  "wpctl" };
        static struct rig rig;

        CHECK_EQ(argc, 2);
        for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
                if (!is_installed(programs[i]))
                        test_skip("%s is not installed", programs[i]);
        session_init(&rig.session, null_sink);
        test_waits_for_pipewire(&rig);
        test_is_heard(&rig, argv[1]);
        test_bears_the_guests_name(&rig);
        test_formats(&rig, argv[1]);
        test_pipewire_restarts(&rig, argv[1]);
        test_volume_survives(&rig);
        test_volume_changes(&rig);
        test_stop_is_final(&rig);
        test_configure(&rig);
        playback_free(rig.playback); /* while it plays */
        sd_event_unref(rig.loop);
        session_done(&rig.session);
        return 0;
}
