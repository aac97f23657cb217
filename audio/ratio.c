/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audio/ratio.h"

#include <math.h>

#define RELUCTANCE 1.25 /* frames per second: beyond 1:1, as seen from either of its neighbours */

double ratio_next(struct ratio *ratio, double correction) {
        double wanted = ratio->hz * correction;

        if (ratio->now == 0 || fabs(wanted - ratio->now) > RELUCTANCE) {
                ratio->now = (uint32_t)lround(wanted);
                if (ratio->now == ratio->hz)
                        ratio->now = wanted < ratio->hz ? ratio->hz - 1 : ratio->hz + 1;
        }
        /* The resampler truncates: the half keeps it on the right side whatever the division rounds to. */
        return ratio->hz / (ratio->now + 0.5);
}
