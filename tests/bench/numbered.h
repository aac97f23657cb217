/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/numbered: a mouse whose every frame carries its number, and how the number is read back behind
 * a relay. Pure.
 *
 * Frame N moves by 1 + N % 126 to the right and by 1 + N / 126 % 126 upwards, so a relay that neither splits
 * nor merges hands on a number modulo NUMBERED_SPAN. With edges, every NUMBERED_EDGE-th frame presses or
 * releases the left button in place of that.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/input.h>

#define NUMBERED_SIDE  126u
#define NUMBERED_SPAN  (NUMBERED_SIDE * NUMBERED_SIDE)
#define NUMBERED_EDGE  32u
#define NUMBERED_WORDS 3 /* events in a frame, at most */

/* Writes frame NUMBER, its SYN_REPORT included; says how many events that is. */
size_t numbered_frame(struct input_event *events, uint32_t number, bool edges);
/* A frame without a number, to find out who hears it. */
size_t numbered_probe(struct input_event *events);

struct arrival {
        uint32_t number; /* of frames since the beginning, not modulo anything */
        bool edge;
        int64_t stamp, read; /* nanoseconds: the kernel's stamp, and when it was read */
};

/* What comes in from one device, and what of it cannot be right. */
struct numbered {
        struct arrival *arrivals; /* owned by the caller, SIZE of them */
        size_t n, size;
        bool edges;
        uint32_t latest; /* the last that was sent before the next call, by the caller: what comes is no later
                          */
        uint64_t probes;
        uint64_t drops;    /* the kernel has said that events were lost on the way to us */
        uint64_t disorder; /* a number that is not above the one before; what the kernel dropped may cause it
                              too */
        uint64_t strange;  /* motion that carries no number */
        int64_t x, y;      /* all the motion there was */
        /* of the frame that is coming in */
        struct {
                int32_t x, y, edge; /* edge: 0 if there is none, then 1 + its value */
                bool lost;
        } frame;
        uint32_t next; /* the lowest number that can come */
};

/* READ is the time at which EVENT was read. What does not fit into the arrivals is forgotten. */
void numbered_hear(struct numbered *numbered, const struct input_event *event, int64_t read);
