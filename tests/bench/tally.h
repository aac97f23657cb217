/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/tally: what was sent beside what has arrived, in one turn of a relay or in all of them. Pure.
 */
#include <stddef.h>
#include <stdint.h>

#include "tests/bench/numbered.h"

/* Latencies in nanoseconds, growing; sorted once they are asked for. */
struct latencies {
        int64_t *values;
        size_t n, size;
};

void latencies_add(struct latencies *latencies, int64_t nsec);
/* The one below which PART (0 to 1) of them lie; 0 without any. In microseconds. */
double latencies_part(struct latencies *latencies, double part);
void latencies_done(struct latencies *latencies);

struct tally {
        uint64_t sent, received, twice; /* frames; those that both sides have heard */
        uint64_t host;                  /* frames that the host has heard */
        uint64_t edges_sent, edges;
        int64_t x, y; /* motion: what was sent less what either side has heard */
        uint64_t disorder, drops, strange;
        uint64_t source_drops; /* as the relay itself says */
        double seconds, cpu;   /* that the turns took; of the relay's thread */
        struct latencies to_sink, to_reader;
};

/* SENT holds the times at which the N frames of this turn were written. HOST: who reads the source itself. */
void tally_add(struct tally *tally, const int64_t *sent, uint32_t n, const struct numbered *guest,
               const struct numbered *host);
/* Adds what OTHER holds. */
void tally_merge(struct tally *tally, const struct tally *other);
void tally_done(struct tally *tally);

uint64_t tally_lost(const struct tally *tally);
