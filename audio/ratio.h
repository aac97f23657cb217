/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * audio/ratio: a wished-for playback rate as PipeWire's resampler can play it. Pure; not thread-safe.
 *
 * Until 1.5.81 the resampler knows whole frames per second only. It keeps its place between two frames as a
 * fraction whose denominator is the graph's rate over the greatest common divisor of both, and rounds it at
 * each change: with a large divisor that is a click, and at 1:1, where it drops its filter's memory, a loud
 * one. So: whole numbers that have little in common with the graph's rate, changed reluctantly and by as
 * little as can be, as each change is a kink in every tone.
 * Source: spa/plugins/audioconvert/resample-native.c of PipeWire 0.3.65 (impl_native_update_rate).
 */
#include <stdbool.h>
#include <stdint.h>

struct ratio {
        uint32_t hz;    /* the nominal rate */
        uint32_t graph; /* the graph's; 0: not known yet */
        uint32_t now;   /* frames per second that are really played; 0: none yet */
        bool moving;    /* towards what is wished for */
};

/* CORRECTION: how many times as fast as nominal. Returns the value for struct spa_io_rate_match. */
double ratio_next(struct ratio *ratio, double correction);
