/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/bench: what pillion-bench-audio is made of. A stand is a PipeWire of its own with a guest, a
 * receiver of its sound and a recorder; a scenario is one measurement on one stand, in a process of its own,
 * and writes "name value unit" lines to standard output. Tests' manners: what fails, fails the process.
 */
#include <stdbool.h>

#include "tests/bench/producer.h"
#include "tests/bench/recorder.h"
#include "tests/bench/sound.h"
#include "tests/bench/usage.h"
#include "tests/bench/witness.h"
#include "tests/session.h"

enum receiver {
        RECEIVER_OURS,      /* pilliond, as a user has it */
        RECEIVER_BARE,      /* pillion-bench-bare */
        RECEIVER_RESAMPLED, /* the same, with --resample */
        RECEIVER_PEER,      /* somebody else's, by its command line */
        N_RECEIVERS,
};

struct bench_options {
        double seconds, settle;
        const char *pilliond, *bare, *peer; /* command lines; the peer's has a %s for the ring */
        struct usage_group peer_with;       /* who else works for the peer */
        const char *extra;                  /* lines for pilliond's [audio] */
        struct pcm_format format;
        unsigned tick, jitter; /* of the guest, microseconds */
        bool verbose;
};

struct job {
        const struct bench_options *options; /* borrowed */
        void (*run)(const struct job *job);
        char name[64]; /* what its lines begin with */
        unsigned quantum;
        double skew;
        enum receiver receiver;
        const char *variant;
};

struct stand {
        const struct job *job;
        struct session session;
        char ring[256];
        struct producer *producer;
        struct recorder *recorder;
        struct witness *witness;
        pid_t receiver;
        struct recording heard;
};

/* A session at the job's quantum. What is open is closed when the process exits, however it does. */
struct stand *stand_open(const struct job *job);
void stand_power_on(struct stand *stand);
void stand_receive(struct stand *stand);
void stand_record(struct stand *stand, double seconds);
void stand_stop_recording(struct stand *stand);
/* Waits, for as long as it takes, until there is sound. */
void stand_wait_for_sound(struct stand *stand);
/* What the receiver has cost until now. */
struct usage stand_usage(const struct stand *stand);
/* Ends the recording, and marks what the machine has lost. */
const struct recording *stand_listen(struct stand *stand);
/* "suspended", "idle" or "running": the sink. Static. */
const char *stand_sink_state(const struct stand *stand);

void wait_seconds(double seconds);
void report(const struct job *job, const char *name, double value, const char *unit);

/* The scenarios. */
void steady_run(const struct job *job);
void idle_run(const struct job *job); /* variant: no_file, guest_off, stream_closed */
void format_change_run(const struct job *job);
void restart_run(const struct job *job);
void monitor_run(const struct job *job);
