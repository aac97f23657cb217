/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Windows names a stream's speakers by a mask, in the order of its bits. The mask is believed if it names as
 * many speakers as there are channels; otherwise (none given, or the 3 that plain formats always get) the
 * usual layout of that many channels is meant, and where there is no usual one the channels stay unnamed.
 */
#include "audio/format.h"

#include <errno.h>
#include <stddef.h>

#define SPEAKERS     11u
#define SPEAKER_MASK ((1u << SPEAKERS) - 1)
#define FRONT_CENTER 0x4u

static const enum spa_audio_channel speakers[SPEAKERS] = {
        SPA_AUDIO_CHANNEL_FL, SPA_AUDIO_CHANNEL_FR, SPA_AUDIO_CHANNEL_FC,  SPA_AUDIO_CHANNEL_LFE,
        SPA_AUDIO_CHANNEL_RL, SPA_AUDIO_CHANNEL_RR, SPA_AUDIO_CHANNEL_FLC, SPA_AUDIO_CHANNEL_FRC,
        SPA_AUDIO_CHANNEL_RC, SPA_AUDIO_CHANNEL_SL, SPA_AUDIO_CHANNEL_SR,
};

/* 0: there is none. */
static unsigned usual_mask(uint8_t channels) {
        switch (channels) {
        case 2:
                return 0x3;
        case 4:
                return 0x33;
        case 6:
                return 0x3F;
        case 8:
                return 0x63F;
        default:
                return 0;
        }
}

static void set_positions(struct spa_audio_info_raw *info, unsigned mask) {
        uint32_t channel = 0;

        for (unsigned speaker = 0; speaker < SPEAKERS; speaker++)
                if (mask & 1u << speaker)
                        info->position[channel++] = speakers[speaker];
        /* Only an empty mask leaves any. */
        for (; channel < info->channels; channel++)
                info->position[channel] = SPA_AUDIO_CHANNEL_AUX0 + channel;
}

static enum spa_audio_format sample_format(uint8_t bits) {
        switch (bits) {
        case 8:
                return SPA_AUDIO_FORMAT_U8; /* Windows' 8-bit samples alone are unsigned */
        case 16:
                return SPA_AUDIO_FORMAT_S16_LE;
        case 24:
                return SPA_AUDIO_FORMAT_S24_LE;
        case 32:
                return SPA_AUDIO_FORMAT_S32_LE;
        default:
                return SPA_AUDIO_FORMAT_UNKNOWN;
        }
}

int format_to_spa(struct spa_audio_info_raw *ret, const struct pcm_format *format) {
        struct spa_audio_info_raw info = {
                .format = sample_format(format->bits),
                .rate = format->rate,
                .channels = format->channels,
        };
        unsigned mask = format->channel_mask & SPEAKER_MASK;

        if (info.format == SPA_AUDIO_FORMAT_UNKNOWN || info.rate == 0 || info.channels < 1 ||
            info.channels > 8)
                return -EINVAL;
        if ((unsigned)__builtin_popcount(mask) != info.channels)
                mask = usual_mask(format->channels);
        set_positions(&info, mask);
        /* One voice in the centre is plain mono: said so, it is mixed to both sides at full level. */
        if (info.channels == 1 && (mask == 0 || mask == FRONT_CENTER))
                info.position[0] = SPA_AUDIO_CHANNEL_MONO;
        *ret = info;
        return 0;
}

uint8_t format_silence(const struct pcm_format *format) {
        return format->bits == 8 ? 0x80 : 0;
}
