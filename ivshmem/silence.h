/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/silence: whether samples can be heard at all.
 *
 * Windows keeps a stream open after the sound's end and fills it with silence, which need not be all zeros:
 * what rounds samples to 16 bits may dither their last bits. Pure; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/pcm.h"

/*
 * True if each sample is less than 5 steps of 16 bits (-76 dBFS) away from zero, at whatever width; of 8-bit
 * samples, which are unsigned, if each is exactly the centre. SAMPLES need not be aligned. No frames are
 * silence.
 */
bool silence_is(const void *samples, size_t frames, const struct pcm_format *format);
