/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Something changes while the guest plays: the silence that this makes at the sink.
 */
#include <math.h>
#include <time.h>

#include "tests/bench/analysis.h"
#include "tests/bench/bench.h"

#define PLAYED_SEC 2

static int64_t now_nsec(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return ts.tv_sec * 1000000000ll + ts.tv_nsec;
}

/* Milliseconds of silence in all the gaps that begin within PLAYED_SEC from NSEC. */
static double silence_after(const struct recording *recording, const struct faults *faults, int64_t nsec) {
        size_t from = recording_frame(recording, nsec), to = from + (size_t)PLAYED_SEC * recording->rate;
        double silence = 0;

        for (size_t i = 0; i < faults->n_events; i++) {
                const struct fault_event *event = faults->events + i;

                if (event->fault == FAULT_GAP && event->where.from >= from && event->where.from < to)
                        silence += (double)event->frames / recording->rate * 1000;
        }
        return silence;
}

void format_change_run(const struct job *job) {
        static const struct pcm_format formats[] = {
                { 44100, 16, 2, 3 },    { 48000, 16, 2, 3 }, { 48000, 32, 2, 3 },
                { 96000, 24, 6, 0x3F }, { 48000, 16, 2, 3 },
        };
        enum { N = sizeof(formats) / sizeof(*formats) };
        struct stand *stand = stand_open(job);
        int64_t changed[N];
        struct faults faults;

        stand_power_on(stand);
        stand_receive(stand);
        producer_open_pin(stand->producer, &job->options->format);
        stand_record(stand, 60);
        stand_wait_for_sound(stand);
        wait_seconds(PLAYED_SEC);
        for (int i = 0; i < N; i++) {
                changed[i] = now_nsec();
                producer_open_pin(stand->producer, formats + i);
                wait_seconds(PLAYED_SEC);
        }
        wait_seconds(1);
        stand_listen(stand);
        faults_find(&faults, &stand->heard, 0);
        for (int i = 0; i < N; i++) {
                char name[64];

                snprintf(name, sizeof(name), "to_%u_%u_%u.gap", formats[i].rate, formats[i].bits,
                         formats[i].channels);
                report(job, name, silence_after(&stand->heard, &faults, changed[i]), "ms");
        }
        faults_done(&faults);
}

void restart_run(const struct job *job) {
        struct stand *stand = stand_open(job);
        size_t first;
        int64_t back;

        stand_power_on(stand);
        stand_receive(stand);
        producer_open_pin(stand->producer, &job->options->format);
        stand_record(stand, 60);
        stand_wait_for_sound(stand);
        wait_seconds(PLAYED_SEC);
        session_kill_pipewire(&stand->session);
        stand_stop_recording(stand);
        wait_seconds(PLAYED_SEC);
        session_start_pipewire(&stand->session);
        back = now_nsec();
        stand_record(stand, 60);
        stand_wait_for_sound(stand);
        wait_seconds(PLAYED_SEC);
        stand_listen(stand);
        CHECK(sound_begins(&stand->heard, &first));
        /* The recorder must be linked anew too: sound that is there from its start on may be older. */
        report(job, "linked", (double)(stand->heard.cycles[0].nsec - back) * 1e-6, "ms");
        report(job, "sound", (double)(recording_nsec(&stand->heard, first) - back) * 1e-6, "ms");
}
