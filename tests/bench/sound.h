/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/sound: the sound that is measured. Channel 0 carries a tone of 1 kHz, in which every gap and
 * click shows; channel 1 a linear sawtooth over 64 chunks, from which the guest's position can be read to the
 * frame; the others are silent. Pure.
 */
#include <stdint.h>

#include "core/pcm.h"

#define SOUND_TONE      1000.0 /* Hz, by the guest's clock */
#define SOUND_AMPLITUDE 0.5
#define SOUND_SLOPE     0.9 /* the sawtooth's peak */

/* Frames from one wrap of the sawtooth to the next. */
uint32_t sound_period(uint32_t rate);

/* A producer_sound_fn without userdata. */
void sound_make(const struct pcm_format *format, uint64_t frame, int32_t *samples, void *userdata);
