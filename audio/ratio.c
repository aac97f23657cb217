/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audio/ratio.h"

#include <math.h>

#define RELUCTANCE 3.0 /* frames per second, which at 48 kHz cost half a millisecond of delay at the most */

static uint32_t beside(uint32_t rate, bool up) {
        return up ? rate + 1 : rate - 1;
}

double ratio_next(struct ratio *ratio, double correction) {
        double wanted = ratio->hz * correction;
        bool up;

        if (ratio->now == 0)
                ratio->now = (uint32_t)lround(wanted);
        up = wanted > ratio->now;
        ratio->moving = fabs(wanted - ratio->now) > (ratio->moving ? 1 : RELUCTANCE);
        if (ratio->moving)
                ratio->now = beside(ratio->now, up);
        if (ratio->now == ratio->hz)
                ratio->now = beside(ratio->now, up);
        /* The resampler truncates: the half keeps it on the right side whatever the division rounds to. */
        return ratio->hz / (ratio->now + 0.5);
}
