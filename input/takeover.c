/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EVIOCGRAB releases nothing: to the desktop a key held at that moment stays down for ever. So:
 *
 *         1  inject the release of what is held: the desktop sees it, the kernel believes it
 *         2  grab
 *         3  a key down by now came between 1 and 2, and the desktop saw it: ungrab and start again
 *         4  inject the presses again, heard by nobody but us: the kernel's state is the hardware's again.
 *            Without this the physical release would be no change and so no event, and drivers that report
 *            bitmaps would press the key anew with their next report.
 *         5  read the state, which drops our own echoes from the queue
 *
 * What remains: a key let go within the microseconds from 1 to 4 looks held to us until it is tapped again;
 * neither side sees it held. A key that goes down and up again from 1 to 3 may stay down for the desktop, but
 * no keyboard reports that fast.
 */
#include "input/takeover.h"

#define TRIES 3

/* Steps 1 to 3. 0: it is ours; 1: ours, but a key came in between. Adds to RELEASED what it released. */
static int attempt(const struct takeover_ops *ops, void *node, struct keys *released) {
        struct keys held = { 0 }, late = { 0 };
        int r;

        r = ops->held(node, &held);
        if (r < 0)
                return r;
        keys_add(released, &held);
        r = ops->inject(node, &held, false);
        if (r < 0)
                return r;
        r = ops->grab(node, true);
        if (r < 0)
                return r;
        r = ops->held(node, &late);
        if (r < 0)
                return r;
        return !keys_empty(&late);
}

static int settle(const struct takeover_ops *ops, void *node, const struct keys *released,
                  struct keys *ret_held) {
        int r;

        r = ops->inject(node, released, true);
        if (r < 0)
                return r;
        return ops->held(node, ret_held);
}

int takeover(const struct takeover_ops *ops, void *node, struct keys *ret_held) {
        struct keys released = { 0 };
        int r;

        for (unsigned tries = 1;; tries++) {
                r = attempt(ops, node, &released);
                if (r <= 0 || tries == TRIES)
                        break;
                (void)ops->grab(node, false);
        }
        if (r >= 0)
                r = settle(ops, node, &released, ret_held);
        if (r < 0) {
                (void)ops->grab(node, false);
                (void)ops->inject(node, &released, true);
                return r;
        }
        return 0;
}
