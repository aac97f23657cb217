/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/clock: how fast the guest's clock runs against the graph's, and where it is between two chunks.
 *
 * The guest publishes its frames in grains, and a reader sees them once a graph cycle: a staircase with
 * jitter. A delay-locked loop of second order draws the straight line through it. Pure; not thread-safe.
 *
 * Units: time is the graph's, counted in frames at the guest's nominal rate (one second of graph time is RATE
 * frames); positions are frames published. Source of the method: F. Adriaensen, "Using a DLL to filter time".
 */
#include <stdbool.h>
#include <stdint.h>

/* How far observations have been off the line, in frames, none below 0. */
struct clock_spread {
        double early;   /* the earliest of them, ahead of it */
        double late[2]; /* beyond their own jitter: the latest and the next to it */
};

struct clock {
        uint32_t hz;                     /* the guest's nominal rate */
        double rate;                     /* frames published per frame of graph time, about 1 */
        double time;                     /* of the last observation */
        double position;                 /* at that time, by the straight line */
        double since;                    /* when the line was begun */
        struct clock_spread now, before; /* of the half minute that runs, and of the one before it */
        double turned;                   /* when the one that runs began */
        double missed;                   /* by how much, in frames, what is still to come is late by now */
        bool running;
};

/* RATE: what is known of it from before; 1 if nothing is. */
void clock_init(struct clock *clock, uint32_t hz, double rate);

/*
 * POSITION was reached at TIME, give or take JITTER frames. Times do not run backwards. A position far off
 * the line (a fifth of a second) begins a new one with the same rate.
 */
void clock_observe(struct clock *clock, double time, double position, double jitter);

/* POSITION has not been reached at TIME. What is late by more than a hiccup begins a new line. */
void clock_miss(struct clock *clock, double time, double position);

/* The latest so far did harm: it is to be reckoned with, single or not. */
void clock_heed(struct clock *clock);

/* Where the guest is at TIME, were it publishing every frame by itself. */
double clock_position(const struct clock *clock, double time);

/*
 * How far behind the line a grain may come that is observed to within JITTER: as late as some have come,
 * but for a single one; and as long as the observations have not been spread all over their range, nobody
 * knows where in it the line really is.
 */
double clock_reserve(const struct clock *clock, double jitter);
