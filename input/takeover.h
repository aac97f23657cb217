/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/takeover: grabs a device so that no key stays stuck on the side that loses it. Pure: the kernel is
 * behind three operations, so that the races can be played in a test.
 */
#include <stdbool.h>

#include "input/keys.h"

struct takeover_ops {
        /* What is down now. Also drops the key events that wait to be read, as EVIOCGKEY does. */
        int (*held)(void *node, struct keys *ret);
        /* Makes the device report KEYS pressed or released, to everyone who may hear it. */
        int (*inject)(void *node, const struct keys *keys, bool down);
        int (*grab)(void *node, bool on);
};

/*
 * Releases for everybody else what is held, then grabs. RET_HELD is what is still down, and no key event
 * older than it will be read. Negative: as grab said (-EBUSY, -ENODEV); the device is as it was before.
 */
int takeover(const struct takeover_ops *ops, void *node, struct keys *ret_held);
