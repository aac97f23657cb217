/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest/command-audio: the commands that act as an application of the virtual sound card would. */
#include <stddef.h>

#include "guest/command.h"
#include "guest/ivshmem.h"
#include "guest/memory.h"
#include "guest/say.h"
#include "guest/scream.h"
#include "guest/words.h"

#define DEFAULT_LEVEL (-12)

/* What Windows sets for its own speaker layouts, by the number of channels. */
static const uint32_t default_masks[] = { 0, 0x4, 0x3, 0x7, 0x33, 0x37, 0x3f, 0x13f, 0x63f };

static const char *parse_format(char **words, struct tone *ret) {
        uint32_t bits, channels;
        if (!word_number(words[1], TONE_RATE_MAX, &ret->rate) || ret->rate < 8000 || ret->rate % 50)
                return "the rate must be a multiple of 50 from 8000 to 192000";
        if (!word_number(words[2], 32, &bits) || (bits != 16 && bits != 24 && bits != 32))
                return "16, 24 or 32 bits";
        if (!word_number(words[3], 8, &channels) || channels < 1)
                return "1 to 8 channels";
        if (!word_number(words[4], ret->rate / 2, &ret->hz) || ret->hz < 1)
                return "the frequency must be from 1 to half the rate";
        ret->bits = bits;
        ret->channels = channels;
        return NULL;
}

/* [MASK] [LEVEL] [distinct]: a level has a sign, which tells it from a mask. */
static const char *parse_option(const char *word, struct tone *tone, uint32_t *mask) {
        if (text_equal(word, "distinct"))
                tone->distinct = true;
        else if (*word == '-' || *word == '+') {
                if (!word_signed(word, 200, &tone->level) || tone->level > 0)
                        return "the level must be from -200 to -0 dB";
        } else if (!word_number(word, 0xffffffff, mask))
                return "the mask must be a number, the level must have a sign";
        return NULL;
}

static const char *play(unsigned count, char **words) {
        struct tone tone = { .level = DEFAULT_LEVEL };
        const char *problem = parse_format(words, &tone);
        uint32_t mask;
        if (problem)
                return problem;
        mask = default_masks[tone.channels];
        for (unsigned i = 5; i < count && !problem; i++)
                problem = parse_option(words[i], &tone, &mask);
        if (!problem && tone.distinct && tone.hz * tone.channels > tone.rate / 2)
                problem = "the last channel's frequency is beyond half the rate";
        if (!problem)
                problem = scream_open(&tone, mask);
        if (problem)
                return problem;
        say("ok chunk %u of %u bytes", scream_status()->max_chunks, scream_status()->chunk_size);
        return NULL;
}

static const char *stop(unsigned count, char **words) {
        if (!scream_status()->open)
                return "nothing is playing";
        scream_close();
        say("ok");
        return NULL;
}

static const char *pause_or_resume(unsigned count, char **words) {
        if (!scream_status()->open)
                return "nothing is playing";
        scream_pause(text_equal(words[0], "pause"));
        say("ok index %u", scream_status()->index);
        return NULL;
}

static const char *mute(unsigned count, char **words) {
        bool muted;
        if (!word_switch(words[1], &muted))
                return "on or off";
        scream_mute(muted);
        say("ok");
        return NULL;
}

static const char *skew(unsigned count, char **words) {
        int ppm;
        if (!word_signed(words[1], 900000, &ppm))
                return "parts per million, -900000 to 900000";
        scream_skew(ppm);
        say("ok");
        return NULL;
}

static const char *use(unsigned count, char **words) {
        uint32_t mebibytes;
        if (!word_number(words[1], 255, &mebibytes))
                return "a size in MiB, at most 255";
        if (scream_status()->open)
                return "stop first";
        if (!ivshmem_use(mebibytes))
                return "no ivshmem of that size";
        say("ok");
        return NULL;
}

const struct command audio_commands[] = {
        { "play", 4, 7, "RATE BITS CHANNELS HZ [MASK] [-LEVEL_DB] [distinct]", play },
        { "stop", 0, 0, "", stop },
        { "pause", 0, 0, "", pause_or_resume },
        { "resume", 0, 0, "", pause_or_resume },
        { "mute", 1, 1, "on|off", mute },
        { "skew", 1, 1, "PPM", skew },
        { "use", 1, 1, "MEBIBYTES", use },
        { NULL, 0, 0, NULL, NULL },
};
