/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/wake: without a tick there are as few interrupts as chunks, and while nothing plays just enough to
 * notice the power button, which has none of its own here. The rest of the machine interrupts.
 */
#include <stdbool.h>

#include "guest/clock.h"
#include "guest/scream.h"
#include "guest/virtio-input.h"
#include "guest/wake.h"

#define POLL_TICKS (CLOCK_HZ / 250)

static uint32_t tick;
static bool ticking; /* the timer is in its regular mode, at TICK */

void wake_set_tick(uint32_t hz) {
        tick = hz;
        ticking = false;
}

static uint64_t longest_sleep(void) {
        uint64_t next = scream_next();
        return virtio_input_present() && next > POLL_TICKS ? POLL_TICKS : next;
}

void wake_prepare(void) {
        const struct scream_status *stream = scream_status();
        bool regular = tick > 0 && stream->open && !stream->paused;
        if (!regular)
                clock_wake_in(longest_sleep());
        else if (!ticking)
                clock_wake_rate(tick);
        ticking = regular;
}
