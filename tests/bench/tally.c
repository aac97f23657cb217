/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/tally.h"

#include <math.h>
#include <stdlib.h>

#include "tests/test.h"

void latencies_add(struct latencies *latencies, int64_t nsec) {
        if (latencies->n == latencies->size) {
                latencies->size = latencies->size ? latencies->size * 2 : 4096;
                latencies->values = realloc(latencies->values, latencies->size * sizeof(*latencies->values));
                CHECK(latencies->values);
        }
        latencies->values[latencies->n++] = nsec;
}

static int compare(const void *a, const void *b) {
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

        return (x > y) - (x < y);
}

double latencies_part(struct latencies *latencies, double part) {
        size_t rank = (size_t)ceil(part * (double)latencies->n);

        if (latencies->n == 0)
                return 0;
        qsort(latencies->values, latencies->n, sizeof(*latencies->values), compare);
        return (double)latencies->values[rank > 0 ? rank - 1 : 0] * 1e-3;
}

void latencies_done(struct latencies *latencies) {
        free(latencies->values);
        *latencies = (struct latencies){ 0 };
}

/* Adds what frame NUMBER moves. */
static void move(struct tally *tally, uint32_t number, bool edges) {
        struct input_event events[NUMBERED_WORDS];
        size_t n = numbered_frame(events, number, edges);

        for (size_t i = 0; i < n; i++) {
                if (events[i].type == EV_REL && events[i].code == REL_X)
                        tally->x += events[i].value;
                if (events[i].type == EV_REL && events[i].code == REL_Y)
                        tally->y += events[i].value;
        }
}

static bool is_edge(uint32_t number, bool edges) {
        return edges && number % NUMBERED_EDGE == NUMBERED_EDGE - 1;
}

/* Counts what one side has heard, and how often each number was heard. A number never sent is strange. */
static uint64_t hear(struct tally *tally, uint8_t *heard, uint32_t n, const struct numbered *side) {
        uint64_t known = 0;

        tally->disorder += side->disorder;
        tally->strange += side->strange;
        tally->x -= side->x;
        tally->y -= side->y;
        for (size_t i = 0; i < side->n; i++) {
                const struct arrival *arrival = side->arrivals + i;

                if (arrival->number >= n) {
                        tally->strange++;
                        continue;
                }
                known++;
                heard[arrival->number]++;
                tally->edges += arrival->edge;
        }
        return known;
}

void tally_add(struct tally *tally, const int64_t *sent, uint32_t n, const struct numbered *guest,
               const struct numbered *host) {
        uint8_t *heard = calloc(n + 1, 1);

        CHECK(heard);
        tally->sent += n;
        tally->drops += guest->drops;
        tally->received += hear(tally, heard, n, guest);
        tally->host += hear(tally, heard, n, host);
        for (uint32_t i = 0; i < n; i++) {
                tally->edges_sent += is_edge(i, guest->edges);
                move(tally, i, guest->edges);
                tally->twice += heard[i] > 1;
        }
        for (size_t i = 0; i < guest->n; i++) {
                const struct arrival *arrival = guest->arrivals + i;

                if (arrival->number >= n || arrival->edge)
                        continue;
                latencies_add(&tally->to_sink, arrival->stamp - sent[arrival->number]);
                latencies_add(&tally->to_reader, arrival->read - sent[arrival->number]);
        }
        free(heard);
}

static void merge_latencies(struct latencies *latencies, const struct latencies *other) {
        for (size_t i = 0; i < other->n; i++)
                latencies_add(latencies, other->values[i]);
}

void tally_merge(struct tally *tally, const struct tally *other) {
        tally->sent += other->sent;
        tally->received += other->received;
        tally->twice += other->twice;
        tally->host += other->host;
        tally->edges_sent += other->edges_sent;
        tally->edges += other->edges;
        tally->x += other->x;
        tally->y += other->y;
        tally->disorder += other->disorder;
        tally->drops += other->drops;
        tally->strange += other->strange;
        tally->source_drops += other->source_drops;
        tally->seconds += other->seconds;
        tally->cpu += other->cpu;
        merge_latencies(&tally->to_sink, &other->to_sink);
        merge_latencies(&tally->to_reader, &other->to_reader);
}

void tally_done(struct tally *tally) {
        latencies_done(&tally->to_sink);
        latencies_done(&tally->to_reader);
}

uint64_t tally_lost(const struct tally *tally) {
        return tally->sent + tally->twice - tally->received - tally->host;
}
