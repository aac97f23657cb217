/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/report: the figures of pillion-bench-input, as "input.NAME.rRATE.RELAYER.WHAT value unit"
 * lines.
 */
#include <stdbool.h>

#include "tests/bench/counts.h"
#include "tests/bench/tally.h"
#include "tests/bench/turn.h"

struct report {
        const char *name; /* of the circumstances */
        unsigned rate;
};

#define RATIOS_MAX 64 /* turns */

struct ratios {
        double sink_p50[RATIOS_MAX], sink_p99[RATIOS_MAX];
        double latency_p50[RATIOS_MAX], latency_p99[RATIOS_MAX];
        double cpu[RATIOS_MAX];
        size_t n;
};

void report_counts(const struct report *report, enum relayer relayer, const struct tally *tally);
void report_times(const struct report *report, enum relayer relayer, struct tally *tally);
void report_calls(const struct report *report, enum relayer relayer, const struct counts *counts,
                  const struct tally *tally);
/*
 * Lines "ratio input.NAME.rRATE.ours.WHAT/bare value": of each pair of turns, one right after the other, the
 * ratio; of these the median. What disturbs the machine for a while disturbs a pair or two, and not the
 * median.
 */
void report_ratios(const struct report *report, struct ratios *ratios);
void ratios_add(struct ratios *ratios, struct tally *ours, struct tally *bare);
/* "input.NAME.WHAT ..." of how long switches took. */
void report_switches(const struct report *report, const char *what, struct latencies *latencies);
