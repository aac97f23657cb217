/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/report.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const relayers[] = { "ours", "bare" };

static void say(const struct report *report, enum relayer relayer, const char *what, double value,
                const char *unit) {
        printf("input.%s.r%u.%s.%s %.6g %s\n", report->name, report->rate, relayers[relayer], what, value,
               unit);
}

void report_counts(const struct report *report, enum relayer relayer, const struct tally *tally) {
        say(report, relayer, "sent", (double)tally->sent, "frames");
        say(report, relayer, "received", (double)tally->received, "frames");
        if (tally->host > 0)
                say(report, relayer, "host", (double)tally->host, "frames");
        say(report, relayer, "lost", (double)tally_lost(tally), "frames");
        say(report, relayer, "twice", (double)tally->twice, "frames");
        say(report, relayer, "disorder", (double)(tally->disorder + tally->strange), "frames");
        say(report, relayer, "edges_lost", (double)tally->edges_sent - (double)tally->edges, "edges");
        say(report, relayer, "motion_missing_x", (double)tally->x, "counts");
        say(report, relayer, "motion_missing_y", (double)tally->y, "counts");
        say(report, relayer, "syn_dropped_source", (double)tally->source_drops, "times");
        say(report, relayer, "syn_dropped_sink", (double)tally->drops, "times");
}

static void say_latencies(const struct report *report, enum relayer relayer, const char *what,
                          struct latencies *latencies) {
        static const struct {
                const char *name;
                double part;
        } parts[] = { { "p50", 0.5 }, { "p99", 0.99 }, { "p99.9", 0.999 }, { "max", 1 } };

        for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
                char full[64];

                snprintf(full, sizeof(full), "%s_%s", what, parts[i].name);
                say(report, relayer, full, latencies_part(latencies, parts[i].part), "us");
        }
}

static double cpu_per_frame(const struct tally *tally) {
        return tally->sent > 0 ? tally->cpu / (double)tally->sent * 1e6 : 0;
}

void report_times(const struct report *report, enum relayer relayer, struct tally *tally) {
        say(report, relayer, "reached", (double)tally->sent / tally->seconds, "Hz");
        say_latencies(report, relayer, "sink", &tally->to_sink);
        say_latencies(report, relayer, "latency", &tally->to_reader);
        say(report, relayer, "cpu", cpu_per_frame(tally), "us/frame");
}

static double part_ratio(struct latencies *ours, struct latencies *bare, double part) {
        return latencies_part(ours, part) / latencies_part(bare, part);
}

void ratios_add(struct ratios *ratios, struct tally *ours, struct tally *bare) {
        size_t n = ratios->n;

        if (n == RATIOS_MAX || ours->to_sink.n == 0 || bare->to_sink.n == 0)
                return;
        ratios->sink_p50[n] = part_ratio(&ours->to_sink, &bare->to_sink, 0.5);
        ratios->sink_p99[n] = part_ratio(&ours->to_sink, &bare->to_sink, 0.99);
        ratios->latency_p50[n] = part_ratio(&ours->to_reader, &bare->to_reader, 0.5);
        ratios->latency_p99[n] = part_ratio(&ours->to_reader, &bare->to_reader, 0.99);
        ratios->cpu[n] = cpu_per_frame(ours) / cpu_per_frame(bare);
        ratios->n++;
}

static int compare(const void *a, const void *b) {
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

static void say_ratio(const struct report *report, const char *what, double *values, size_t n) {
        if (n == 0)
                return;
        qsort(values, n, sizeof(*values), compare);
        printf("ratio input.%s.r%u.ours.%s/bare %.3g\n", report->name, report->rate, what,
               (values[(n - 1) / 2] + values[n / 2]) / 2);
}

void report_ratios(const struct report *report, struct ratios *ratios) {
        say_ratio(report, "sink_p50", ratios->sink_p50, ratios->n);
        say_ratio(report, "sink_p99", ratios->sink_p99, ratios->n);
        say_ratio(report, "latency_p50", ratios->latency_p50, ratios->n);
        say_ratio(report, "latency_p99", ratios->latency_p99, ratios->n);
        say_ratio(report, "cpu", ratios->cpu, ratios->n);
}

void report_calls(const struct report *report, enum relayer relayer, const struct counts *counts,
                  const struct tally *tally) {
        double frames = (double)tally->sent, others = 0;

        if (relayer == RELAYER_OURS)
                say(report, relayer, "allocations", (double)counts->allocations, "calls");
        say(report, relayer, "syscalls", (double)counts->all / frames, "/frame");
        for (unsigned i = 0; i < SYSTEM_CALLS; i++) {
                char what[64];

                if (!counts_name(i)) {
                        others += (double)counts->calls[i];
                        continue;
                }
                if (counts->calls[i] == 0)
                        continue;
                snprintf(what, sizeof(what), "syscalls.%s", counts_name(i));
                say(report, relayer, what, (double)counts->calls[i] / frames, "/frame");
        }
        say(report, relayer, "syscalls.others", others / frames, "/frame");
}

void report_switches(const struct report *report, const char *what, struct latencies *latencies) {
        say_latencies(report, RELAYER_OURS, what, latencies);
}
