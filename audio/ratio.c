/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audio/ratio.h"

#include <math.h>

#define RELUCTANCE 3.0 /* frames per second, which at 48 kHz cost half a millisecond of delay at the most */
#define COARSE     8u  /* a larger divisor leaves fewer than 6000 places between two frames */

static bool is_coarse(const struct ratio *ratio) {
        uint32_t a = ratio->now, b = ratio->graph;

        while (b > 0) {
                uint32_t rest = a % b;

                a = b;
                b = rest;
        }
        return ratio->graph > 0 && a > COARSE;
}

static void step(struct ratio *ratio, bool up) {
        do
                ratio->now += up ? 1u : -1u;
        while (is_coarse(ratio));
}

double ratio_next(struct ratio *ratio, double correction) {
        double wanted = ratio->hz * correction;
        bool up;

        if (ratio->now == 0)
                ratio->now = (uint32_t)lround(wanted);
        up = wanted > ratio->now;
        ratio->moving = fabs(wanted - ratio->now) > (ratio->moving ? 2 : RELUCTANCE);
        if (ratio->moving || is_coarse(ratio))
                step(ratio, up);
        /* The resampler truncates: the half keeps it on the right side whatever the division rounds to. */
        return ratio->hz / (ratio->now + 0.5);
}
