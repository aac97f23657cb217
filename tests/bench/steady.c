/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest plays, and goes on playing.
 */
#include "tests/bench/analysis.h"
#include "tests/bench/bench.h"

static void report_usage(const struct job *job, struct usage before, struct usage after, double seconds) {
        report(job, "cpu", (after.cpu - before.cpu) / seconds * 60, "s/min");
        report(job, "wakeups", (double)(after.wakeups - before.wakeups) / seconds, "/s");
        report(job, "rss", (double)after.rss, "kB");
}

static void report_latency(const struct stand *stand) {
        const struct producer_time *times;
        struct latency latency;
        int64_t *published;
        size_t n;

        times = producer_times(stand->producer, &n);
        published = calloc(n + 1, sizeof(*published));
        CHECK(published);
        for (size_t i = 0; i < n; i++)
                published[i] = times[i].at;
        latency_measure(&latency, &stand->heard, published, n, stand->job->skew);
        free(published);
        report(stand->job, "latency_p50", latency.p50, "ms");
        report(stand->job, "latency_p99", latency.p99, "ms");
        report(stand->job, "latency_min", latency.min, "ms");
        report(stand->job, "latency_max", latency.max, "ms");
        report(stand->job, "latency_wander", latency.wander, "ms");
        report(stand->job, "chunks_missed",
               (double)stand->heard.frames * 50 / stand->heard.rate - (double)latency.chunks, "chunks");
}

static void say_faults(const struct faults *faults, const struct recording *recording) {
        static const char *const names[] = { "gap", "click", "skip" };

        for (size_t i = 0; i < faults->n_events; i++)
                printf("# %s of %" PRId64 " frames at %.4f s%s\n", names[faults->events[i].fault],
                       faults->events[i].frames, (double)faults->events[i].where.from / recording->rate,
                       faults->events[i].set_aside ? ", set aside" : "");
}

static void report_faults(const struct stand *stand) {
        struct faults faults;

        faults_find(&faults, &stand->heard, stand->job->skew);
        report(stand->job, "gaps", faults.n[FAULT_GAP], "");
        report(stand->job, "silence", faults.silence, "ms");
        report(stand->job, "clicks", faults.n[FAULT_CLICK], "");
        report(stand->job, "skips", faults.n[FAULT_SKIP], "");
        report(stand->job, "set_aside",
               faults.set_aside[FAULT_GAP] + faults.set_aside[FAULT_CLICK] + faults.set_aside[FAULT_SKIP],
               "events");
        report(stand->job, "set_aside_time", recording_set_aside(&stand->heard), "s");
        if (stand->job->options->verbose)
                say_faults(&faults, &stand->heard);
        faults_done(&faults);
}

void steady_run(const struct job *job) {
        struct stand *stand = stand_open(job);
        struct usage before, after;
        struct sinad sinad;

        stand_power_on(stand);
        stand_receive(stand);
        producer_open_pin(stand->producer, &job->options->format);
        stand_record(stand, job->options->seconds + 2);
        stand_wait_for_sound(stand);
        wait_seconds(job->options->settle);
        recorder_restart(stand->recorder);
        before = stand_usage(stand);
        wait_seconds(job->options->seconds);
        after = stand_usage(stand);
        stand_listen(stand);

        report_latency(stand);
        report_faults(stand);
        sinad_measure(&sinad, &stand->heard);
        report(job, "sinad", sinad.median, "dB");
        report(job, "sinad_worst", sinad.worst, "dB");
        report(job, "sinad_windows", sinad.windows, "");
        report_usage(job, before, after, job->options->seconds);
        report(job, "quantum", recorder_quantum(stand->recorder), "frames");
}
