/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/ratio: a wished-for playback rate as PipeWire's resampler can play it. Pure; not thread-safe.
 *
 * Until 1.5.81 the resampler knows whole frames per second only, and drops its filter's memory, with a click,
 * whenever the rate passes through exactly 1:1. So: whole numbers, changed reluctantly and by one at a time,
 * as each change is a kink in every tone, and never that one.
 * Source: spa/plugins/audioconvert/resample-native.c of PipeWire 0.3.65 (impl_native_update_rate).
 */
#include <stdbool.h>
#include <stdint.h>

struct ratio {
        uint32_t hz;  /* the nominal rate */
        uint32_t now; /* frames per second that are really played; 0: none yet */
        bool moving;  /* towards what is wished for */
};

/* CORRECTION: how many times as fast as nominal. Returns the value for struct spa_io_rate_match. */
double ratio_next(struct ratio *ratio, double correction);
