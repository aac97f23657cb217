/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/turn: a stretch of motion through one relay, heard on both sides. Tests' manners.
 */
#include <stdbool.h>

#include "tests/bench/counts.h"
#include "tests/bench/ear.h"
#include "tests/bench/made.h"
#include "tests/bench/tally.h"

enum relayer {
        RELAYER_OURS, /* pilliond */
        RELAYER_BARE, /* tests/bench/least */
        N_RELAYERS,
};

struct stand {
        pid_t pid; /* pilliond's */
        struct made mouse, keyboard;
        struct ear host;                    /* at the source, as a desktop */
        struct ear guest, letters;          /* at pilliond's sinks, as QEMU */
        uint64_t source_drops;              /* pilliond has told of, so far */
        struct latencies to_guest, to_host; /* from the second Ctrl to the first frame on the other side */
};

struct turn {
        enum relayer relayer;
        unsigned rate; /* frames a second */
        double seconds;
        unsigned toggle_msec;    /* between two switches; 0: none */
        unsigned load;           /* busy processes beside it */
        struct counts *counts;   /* NULL, or filled with the system calls of the relay's thread */
        const char *allocations; /* NULL, or the file in which pilliond's are counted */
};

/* Makes the devices, and waits until pilliond has taken them in; GUEST is the domain's name. */
void stand_open(struct stand *stand, pid_t pid, const char *guest);
/* Adds what was seen to TALLY, which is empty. */
void turn_run(struct stand *stand, const struct turn *turn, struct tally *tally);
