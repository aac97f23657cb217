/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader's queue behind a sink holds about 42 frames and overflows silently, so one physical frame may
 * not become more than that: a motion of thousands or a wheel spun by dozens in one frame is cut off there,
 * which also keeps a broken device from holding up the loop.
 */
#include "input/motion.h"

#include <linux/input.h>

#include "input/router.h"

#define STEP_MAX     127 /* of motion, one frame */
#define DISTANCE_MAX (STEP_MAX * 32)
#define CLICKS_MAX   8

static int32_t clamp(int64_t value, int32_t limit) {
        return value > limit ? limit : value < -limit ? -limit : (int32_t)value;
}

void motion_add(struct motion *motion, uint16_t code, int32_t value) {
        switch (code) {
        case REL_X:
                motion->x = clamp((int64_t)motion->x + value, DISTANCE_MAX);
                return;
        case REL_Y:
                motion->y = clamp((int64_t)motion->y + value, DISTANCE_MAX);
                return;
        case REL_WHEEL:
                motion->wheel = clamp((int64_t)motion->wheel + value, CLICKS_MAX);
                return;
        case REL_HWHEEL:
                motion->hwheel = clamp((int64_t)motion->hwheel + value, CLICKS_MAX);
                return;
        default:
                return;
        }
}

/* Moves up to LIMIT from *REST into VALUE; says how many values that makes. */
static size_t take(struct router_value *value, uint16_t code, int32_t *rest, int32_t limit) {
        int32_t step = clamp(*rest, limit);

        *rest -= step;
        if (step != 0)
                *value = (struct router_value){ EV_REL, code, step };
        return step != 0;
}

/* One click a frame, and no click beside motion: input-linux makes one click of a wheel event of any size. */
static size_t take_click(struct motion *motion, struct router_value *values) {
        size_t n;

        n = take(values, REL_WHEEL, &motion->wheel, 1);
        return n > 0 ? n : take(values, REL_HWHEEL, &motion->hwheel, 1);
}

size_t motion_next(struct motion *motion, enum guest_path path, struct router_value *values) {
        size_t n = 0;

        n += take(values + n, REL_X, &motion->x, STEP_MAX);
        n += take(values + n, REL_Y, &motion->y, STEP_MAX);
        if (path == PATH_EVDEV)
                return n > 0 ? n : take_click(motion, values);
        n += take(values + n, REL_WHEEL, &motion->wheel, STEP_MAX);
        n += take(values + n, REL_HWHEEL, &motion->hwheel, STEP_MAX);
        return n;
}
