/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bandwidth falls from what finds the rate within two seconds to what averages over half a minute. The
 * observations are off by up to half a graph cycle and beat against it; that is what the narrow one is for.
 */
#include "audio/clock.h"

#include <math.h>

#define RATE_SPAN 0.01 /* nobody's clock is off by more than one percent */
#define OFF_LINE  0.2  /* seconds */
#define LATE_MAX  0.1
#define STALL     0.12
#define MEMORY    30.0
#define SETTLING  0.5 /* what looks late until then is the line's own mistake */

static double bandwidth(double age) {
        if (age < 2)
                return 0.3;
        return age < 10 ? 0.1 : 0.03;
}

void clock_init(struct clock *clock, uint32_t hz, double rate) {
        *clock = (struct clock){ .hz = hz, .rate = rate };
}

static void begin(struct clock *clock, double time, double position) {
        clock->time = clock->since = time;
        clock->position = position;
        clock->running = true;
        clock->missed = 0;
}

static void learn_late(struct clock_spread *spread, double late) {
        if (late > spread->late[0]) {
                spread->late[1] = spread->late[0];
                spread->late[0] = late;
        } else if (late > spread->late[1]) {
                spread->late[1] = late;
        }
}

static void learn_spread(struct clock *clock, double error, double jitter) {
        double most = LATE_MAX * clock->hz;

        if (clock->time - clock->since < SETTLING * clock->hz)
                return;
        if (clock->time - clock->turned > MEMORY * clock->hz) {
                clock->before = clock->now;
                clock->now = (struct clock_spread){ 0 };
                clock->turned = clock->time;
        }
        clock->now.early = fmin(fmax(clock->now.early, error), most);
        /* Of two grains that come together the first is not seen, but it was missed. */
        learn_late(&clock->now, fmin(fmax(-error - jitter, clock->missed), most));
}

void clock_observe(struct clock *clock, double time, double position, double jitter) {
        double frames = time - clock->time, seconds = frames / clock->hz;
        double error = position - clock_position(clock, time), age, w;

        if (!clock->running || fabs(error) > OFF_LINE * clock->hz || clock->missed > STALL * clock->hz) {
                begin(clock, time, position);
                return;
        }
        if (frames <= 0)
                return;
        age = (time - clock->since) / clock->hz;
        learn_spread(clock, error, jitter);
        clock->missed = 0;
        /* After a pause one step may not be taken for more than it is. */
        w = fmin(2 * M_PI * bandwidth(age) * seconds, 0.5);
        clock->position = clock_position(clock, time) + M_SQRT2 * w * error;
        clock->rate += w * w * error / frames;
        clock->rate = fmin(fmax(clock->rate, 1 - RATE_SPAN), 1 + RATE_SPAN);
        clock->time = time;
}

double clock_reserve(const struct clock *clock, double jitter) {
        struct clock_spread all = clock->now;
        double early = fmax(all.early, clock->before.early), spread;

        learn_late(&all, clock->before.late[0]);
        learn_late(&all, clock->before.late[1]);
        /* If nothing is late the line has the observations evenly about it. */
        spread = early + (all.late[1] > 0 ? jitter : early);
        return fmax(jitter - spread / 2, 0) + all.late[1];
}

void clock_miss(struct clock *clock, double time, double position) {
        clock->missed = fmax(clock_position(clock, time) - position, 0);
}

void clock_heed(struct clock *clock) {
        clock->now.late[1] = clock->now.late[0];
}

double clock_position(const struct clock *clock, double time) {
        return clock->position + (time - clock->time) * clock->rate;
}
