/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/bench.h"

#include <math.h>
#include <stdarg.h>
#include <time.h>

#define RING_SIZE (2u << 20)

static struct stand the_stand;

static void close_stand(void) {
        struct stand *stand = &the_stand;

        stand_stop_recording(stand);
        stand->producer = producer_free(stand->producer);
        if (stand->receiver > 0)
                kill(-stand->receiver, SIGTERM);
        stand->receiver = end(stand->receiver, SIGTERM);
        recording_done(&stand->heard);
        session_done(&stand->session);
}

static void run_and_wait(const struct stand *stand, const char *const argv[]) {
        int status;

        CHECK(waitpid(session_spawn(&stand->session, argv), &status, 0) > 0);
        CHECK_EQ(status, 0);
}

static void force_quantum(const struct stand *stand) {
        char quantum[16];

        snprintf(quantum, sizeof(quantum), "%u", stand->job->quantum);
        run_and_wait(stand, (const char *[]){ "pw-metadata", "-n", "settings", "0", "clock.force-quantum",
                                              quantum, NULL });
}

struct stand *stand_open(const struct job *job) {
        struct stand *stand = &the_stand;

        stand->job = job;
        session_init(&stand->session, null_sink);
        atexit(close_stand);
        session_start(&stand->session);
        if (job->quantum > 0)
                force_quantum(stand);
        snprintf(stand->ring, sizeof(stand->ring), "%s", session_path(&stand->session, "ring"));
        return stand;
}

void stand_power_on(struct stand *stand) {
        stand->producer = producer_new(&(const struct producer_options){
                .path = stand->ring,
                .size = RING_SIZE,
                .skew = stand->job->skew,
                .tick = stand->job->options->tick,
                .jitter = stand->job->options->jitter,
                .sound = sound_make,
        });
}

/* Its guest is libvirt's own test driver's, which always runs and, in the process, needs no waking. */
static void write_config(const struct stand *stand) {
        char path[256];
        FILE *file;

        snprintf(path, sizeof(path), "%s/config/pillion", stand->session.directory);
        CHECK_EQ(mkdir(path, 0700), 0);
        strncat(path, "/pillion.conf", sizeof(path) - strlen(path) - 1);
        file = fopen(path, "we");
        CHECK(file);
        fprintf(file, "[guest]\nuri = test:///default\ndomain = test\n");
        fprintf(file, "[input]\ndevices =\n");
        fprintf(file, "[audio]\nshmem = %s\n%s\n", stand->ring,
                stand->job->options->extra ? stand->job->options->extra : "");
        fclose(file);
}

/* What a peer starts does not die with us by itself: a process of our own waits for our end, and sees to it.
 */
static void guard(pid_t peer) {
        int fds[2];
        char byte;

        CHECK_EQ(pipe2(fds, O_CLOEXEC), 0);
        if (fork() == 0) {
                setsid();
                close(fds[1]);
                while (read(fds[0], &byte, 1) > 0)
                        ;
                kill(-peer, SIGKILL);
                _exit(0);
        }
        close(fds[0]);
}

/* A shell that leads a session, so that whatever it starts is found and ended with it. */
static pid_t spawn_peer(const struct stand *stand) {
        const char *peer = stand->job->options->peer, *mark = strstr(peer, "%s");
        char command[1024];
        pid_t pid;

        CHECK(mark);
        snprintf(command, sizeof(command), "%.*s%s%s", (int)(mark - peer), peer, stand->ring, mark + 2);
        pid = session_spawn(&stand->session, (const char *[]){ "setsid", "sh", "-c", command, NULL });
        guard(pid);
        return pid;
}

void stand_receive(struct stand *stand) {
        const struct bench_options *options = stand->job->options;

        switch (stand->job->receiver) {
        case RECEIVER_OURS:
                write_config(stand);
                stand->receiver = session_spawn(&stand->session, (const char *[]){ options->pilliond, NULL });
                return;
        case RECEIVER_BARE:
                stand->receiver =
                        session_spawn(&stand->session, (const char *[]){ options->bare, stand->ring, NULL });
                return;
        case RECEIVER_RESAMPLED:
                stand->receiver = session_spawn(
                        &stand->session, (const char *[]){ options->bare, "--resample", stand->ring, NULL });
                return;
        case RECEIVER_PEER:
                stand->receiver = spawn_peer(stand);
                return;
        case N_RECEIVERS:
                return;
        }
}

void stand_record(struct stand *stand, double seconds) {
        stand->witness = witness_new();
        stand->recorder = recorder_new(&(const struct recorder_options){
                .sink = "test-sink",
                .format = { .rate = 48000, .channels = 2, .channel_mask = 3 },
                .seconds = seconds,
        });
}

void stand_stop_recording(struct stand *stand) {
        stand->recorder = recorder_free(stand->recorder);
        stand->witness = witness_free(stand->witness);
}

void stand_wait_for_sound(struct stand *stand) {
        while (recorder_peak(stand->recorder) < SOUND_AMPLITUDE / 4) {
                if (waitpid(stand->receiver, NULL, WNOHANG) != 0) {
                        stand->receiver = 0;
                        test_fail("the receiver has ended");
                }
                wait_seconds(0.02);
        }
}

struct usage stand_usage(const struct stand *stand) {
        struct usage_group group = { 0 };

        if (stand->job->receiver == RECEIVER_PEER) {
                group = stand->job->options->peer_with;
                usage_add_session(&group, stand->receiver);
        } else {
                usage_add(&group, stand->receiver);
        }
        return usage_now(&group);
}

const struct recording *stand_listen(struct stand *stand) {
        unsigned cycles, chunks, nodes;

        recorder_finish(stand->recorder, &stand->heard);
        CHECK(stand->heard.n_cycles > 0);
        cycles = recording_mark_lost(&stand->heard);
        chunks = producer_mark_late(stand->producer, &stand->heard);
        nodes = witness_mark(stand->witness, &stand->heard);
        if (stand->job->options->verbose)
                printf("# %s: the machine lost %u cycles, delayed %u chunks, woke a node late in %u cycles\n",
                       stand->job->name, cycles, chunks, nodes);
        return &stand->heard;
}

const char *stand_sink_state(const struct stand *stand) {
        static char dump[1 << 20];
        static char state[16];
        const char *name, *at = NULL;
        FILE *stream;

        stream = popen("pw-dump", "re");
        CHECK(stream);
        dump[fread(dump, 1, sizeof(dump) - 1, stream)] = '\0';
        pclose(stream);
        name = strstr(dump, "\"node.name\": \"test-sink\"");
        for (const char *p = dump; name && (p = strstr(p, "\"state\": \"")) && p < name; p++)
                at = p + strlen("\"state\": \"");
        snprintf(state, sizeof(state), "%.*s", at ? (int)strcspn(at, "\"") : 7, at ? at : "unknown");
        return state;
}

void wait_seconds(double seconds) {
        const struct timespec ts = { (time_t)seconds, lrint(fmod(seconds, 1) * 1e9) };

        nanosleep(&ts, NULL);
}

void report(const struct job *job, const char *name, double value, const char *unit) {
        printf("audio.%s.%s %.6g %s\n", job->name, name, value, unit);
        fflush(stdout);
}
