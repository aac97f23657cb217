/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/codes: which codes the two virtual devices have, and under which code a physical key reaches the
 * guest. The device that is made and the events that are written to it cannot disagree: both ask here.
 */
#include <stdbool.h>
#include <stdint.h>

/* The two virtual devices of a guest. */
enum sink_kind {
        SINK_KEYBOARD,
        SINK_POINTER,
        SINK_COUNT,
};

/* How the guest reads the two devices. */
enum guest_path {
        PATH_EVDEV,  /* QEMU's input-linux, which turns events into those of an emulated keyboard and mouse */
        PATH_VIRTIO, /* virtio-input-host, which passes them on as they are */
};

/* Whether the sink KIND declares the key or button CODE. */
bool codes_sink_has(enum sink_kind kind, unsigned code);

/* The code a guest on PATH sees for CODE and, through RET_SINK, on which sink; 0: it never sees it. */
uint16_t codes_for_guest(uint16_t code, enum guest_path path, enum sink_kind *ret_sink);
