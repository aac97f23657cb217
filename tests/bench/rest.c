/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest does not play.
 */
#include <math.h>

#include "tests/bench/bench.h"

#define PLAYED_SEC   3
#define SUSPENDS_SEC 8 /* WirePlumber lets a sink rest after five */

void idle_run(const struct job *job) {
        struct stand *stand = stand_open(job);
        bool off = strcmp(job->variant, "guest_off") == 0;
        struct usage before, after;

        if (off) {
                /* A guest that was killed before we came: its header is still there. */
                stand_power_on(stand);
                producer_open_pin(stand->producer, &job->options->format);
                wait_seconds(PLAYED_SEC);
                producer_freeze(stand->producer);
        }
        stand_receive(stand);
        if (!off && strcmp(job->variant, "no_file") != 0) {
                stand_power_on(stand);
                producer_open_pin(stand->producer, &job->options->format);
                wait_seconds(PLAYED_SEC);
                if (strcmp(job->variant, "stream_closed") == 0)
                        producer_close_pin(stand->producer);
                else
                        producer_freeze(stand->producer);
        }
        wait_seconds(SUSPENDS_SEC);
        before = stand_usage(stand);
        wait_seconds(job->options->seconds);
        after = stand_usage(stand);
        report(job, "wakeups", (double)(after.wakeups - before.wakeups) / job->options->seconds, "/s");
        report(job, "cpu", (after.cpu - before.cpu) / job->options->seconds * 60, "s/min");
        printf("audio.%s.sink %s\n", job->name, stand_sink_state(stand));
}
