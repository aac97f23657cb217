/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* audio/format: a guest's sample format in PipeWire's words. Pure. Source: ksmedia.h, spa's raw.h. */
#include <stdint.h>

#include <spa/param/audio/raw.h>

#include "core/pcm.h"

/* -EINVAL for what no struct pcm_format may hold (rate 0, odd sizes, channels not 1 to 8). */
int format_to_spa(struct spa_audio_info_raw *ret, const struct pcm_format *format);

/* The byte that silence is made of. */
uint8_t format_silence(const struct pcm_format *format);
