/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * With rate matching on, a guest whose clock is off is still heard as it plays: a tone stays a tone, with
 * nothing missing and nothing added. What a busy machine has spoilt is set aside, and if that is too much,
 * it is tried again.
 */
#include <syslog.h>

#include <systemd/sd-event.h>

#include "core/log.h"
#include "tests/bench/analysis.h"
#include "tests/bench/player.h"
#include "tests/bench/producer.h"
#include "tests/bench/recorder.h"
#include "tests/bench/sound.h"
#include "tests/bench/witness.h"
#include "tests/session.h"

#define SINAD       80.0 /* dB, at the least */
#define SETTLE_SEC  5
#define SECONDS     20
#define MIN_WINDOWS 6
#define TRIES       10

/* ppm by which the guest is fast. */
static const double skews[] = { 0, -500, 500 };

struct rig {
        sd_event *loop;
        char ring[256];
        struct producer *producer;
        struct player *player;
        struct recorder *recorder;
        struct witness *witness;
};

static void turn_until_recorded(struct rig *rig, double seconds) {
        while (recorder_frames(rig->recorder) < seconds * 48000)
                CHECK(sd_event_run(rig->loop, 20000) >= 0);
}

static void say_where(const struct faults *faults) {
        static const char *const names[] = { "gap", "click", "skip" };

        for (size_t i = 0; i < faults->n_events; i++)
                if (!faults->events[i].set_aside)
                        printf("%s, %" PRId64 " frames, at %.4f s\n", names[faults->events[i].fault],
                               faults->events[i].frames, (double)faults->events[i].where.from / 48000);
}

/* False: too much was set aside to say anything. */
static bool judge(const struct recording *heard, double skew) {
        struct faults faults;
        struct sinad sinad;
        unsigned set_aside = 0;

        faults_find(&faults, heard, skew);
        sinad_measure(&sinad, heard);
        for (int i = 0; i < N_FAULTS; i++)
                set_aside += faults.set_aside[i];
        printf("%+g ppm: SINAD %.1f dB, worst %.1f dB in %u windows; %u gaps, %u clicks, %u skips; %u faults "
               "and %.1f s set aside\n",
               skew, sinad.median, sinad.worst, sinad.windows, faults.n[FAULT_GAP], faults.n[FAULT_CLICK],
               faults.n[FAULT_SKIP], set_aside, recording_set_aside(heard));
        say_where(&faults);
        fflush(stdout);
        free(faults.events);
        if (sinad.windows < MIN_WINDOWS)
                return false;
        CHECK(sinad.median >= SINAD);
        CHECK_EQ(faults.n[FAULT_GAP], 0);
        CHECK_EQ(faults.n[FAULT_CLICK], 0);
        CHECK_EQ(faults.n[FAULT_SKIP], 0);
        return true;
}

static bool try_once(struct rig *rig, double skew) {
        const struct pcm_format format = { 48000, 32, 2, 3 };
        _cleanup_recording_ struct recording heard = { 0 };

        rig->recorder = recorder_new(&(const struct recorder_options){ "test-sink", format, SECONDS + 5 });
        rig->witness = witness_new();
        rig->producer = producer_new(&(const struct producer_options){
                .path = rig->ring, .size = 2u << 20, .skew = skew, .sound = sound_make });
        rig->player = player_new(rig->loop, rig->ring, NULL, true);
        producer_open_pin(rig->producer, &format);
        while (recorder_peak(rig->recorder) < SOUND_AMPLITUDE / 2)
                CHECK(sd_event_run(rig->loop, 20000) >= 0);
        recorder_restart(rig->recorder);
        turn_until_recorded(rig, SETTLE_SEC);
        recorder_restart(rig->recorder);
        turn_until_recorded(rig, SECONDS);
        recorder_finish(rig->recorder, &heard);
        (void)recording_mark_lost(&heard);
        (void)producer_mark_late(rig->producer, &heard);
        (void)witness_mark(rig->witness, &heard);
        rig->player = player_free(rig->player);
        rig->producer = producer_free(rig->producer);
        rig->witness = witness_free(rig->witness);
        rig->recorder = recorder_free(rig->recorder);
        unlink(rig->ring);
        return judge(&heard, skew);
}

int main(void) {
        static const char *const programs[] = { "dbus-daemon", "pipewire", "wireplumber" };
        static struct session session;
        struct rig rig = { 0 };

        for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
                if (!is_installed(programs[i]))
                        test_skip("%s is not installed", programs[i]);
        log_set_level(LOG_WARNING);
        session_init(&session, null_sink);
        session_start(&session);
        snprintf(rig.ring, sizeof(rig.ring), "%s", session_path(&session, "ring"));
        CHECK(sd_event_new(&rig.loop) >= 0);
        for (size_t i = 0; i < sizeof(skews) / sizeof(*skews); i++)
                for (unsigned tries = 1; !try_once(&rig, skews[i]); tries++)
                        if (tries == TRIES)
                                test_skip("this machine is too busy: nothing can be said");
        sd_event_unref(rig.loop);
        session_done(&session);
        return 0;
}
