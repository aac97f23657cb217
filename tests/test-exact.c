/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * With rate matching off, what the guest's driver writes arrives at the sink bit for bit, from its first
 * sample on: every width, number of channels and rate, through a real PipeWire whose graph runs at that rate.
 *
 * The graph's samples are 32-bit floats, which hold 24 bits: 8-, 16- and 24-bit samples are compared whole,
 * of 32-bit ones the upper 24 bits. A machine that stops us loses cycles of the graph, and samples with them;
 * so what is asked for is a stretch that is long enough, and it may be tried again.
 */
#include <math.h>
#include <syslog.h>

#include <systemd/sd-event.h>

#include "core/log.h"
#include "tests/bench/player.h"
#include "tests/bench/producer.h"
#include "tests/bench/recorder.h"
#include "tests/session.h"

#define CHANNELS 8u
#define TRIES    20
#define SIZE     (4u << 20)
#define ROOM_SEC 5.0

/* One stream: its guest, its sink. */
struct line {
        char ring[256], sink[16];
        struct pcm_format format;
        struct producer *producer;
        struct player *player;
        struct recorder *recorder;
        size_t heard; /* frames recorded when there was sound; 0: none yet */
        bool exact;
        char why[160];
};

struct rig {
        struct session session;
        sd_event *loop;
        uint32_t rate;
        struct line lines[CHANNELS];
};

/* The usual speakers of 1 to 8 channels, as in Windows' masks. */
static const uint16_t masks[CHANNELS] = { 0x4, 0x3, 0x7, 0x33, 0x37, 0x3F, 0x13F, 0x63F };

/* Never repeats within reach, and shows every bit that is lost. */
static int32_t pattern(uint64_t frame, unsigned channel) {
        uint64_t x = (frame * CHANNELS + channel + 1) * 0x9E3779B97F4A7C15u;

        x ^= x >> 32;
        x *= 0xD6E8FEB86659FD93u;
        return (int32_t)(x >> 32);
}

static void make_pattern(const struct pcm_format *format, uint64_t frame, int32_t *samples, void *userdata) {
        for (unsigned channel = 0; channel < format->channels; channel++)
                samples[channel] = pattern(frame, channel);
}

/* The graph's own idea of SAMPLE, cut to BITS. */
static double expected(int32_t sample, uint8_t bits) {
        uint8_t kept = bits < 24 ? bits : 24;

        return ldexp(sample >> (32 - kept), 1 - kept);
}

/* The first channel that is not what frame number FRAME has; as many as there are if all are. */
static unsigned first_wrong(const struct recording *recording, const struct line *line, size_t at,
                            uint64_t frame) {
        unsigned channel = 0;

        while (channel < recording->channels &&
               recording_at(recording, at, channel) == expected(pattern(frame, channel), line->format.bits))
                channel++;
        return channel;
}

static bool is_silent(const struct recording *recording, size_t at) {
        for (unsigned channel = 0; channel < recording->channels; channel++)
                if (recording_at(recording, at, channel) != 0)
                        return false;
        return true;
}

static void compare(struct line *line, const struct recording *recording) {
        size_t first = 0, n = 0;
        unsigned channel = 0;

        while (first < recording->frames && is_silent(recording, first))
                first++;
        for (; first + n < recording->frames; n++) {
                channel = first_wrong(recording, line, first + n, n);
                if (channel < recording->channels)
                        break;
        }
        line->exact = n >= line->format.rate / 5;
        if (!line->exact && first + n < recording->frames)
                snprintf(line->why, sizeof(line->why), "frame %zu is %.9g, not %.9g, in channel %u", n,
                         (double)recording_at(recording, first + n, channel),
                         expected(pattern(n, channel), line->format.bits), channel);
        else if (!line->exact)
                snprintf(line->why, sizeof(line->why), "%zu frames are too few", n);
}

static void turn(struct rig *rig) {
        CHECK(sd_event_run(rig->loop, 10000) >= 0);
}

static void begin(struct rig *rig, struct line *line, unsigned channels, uint8_t bits) {
        *line = (struct line){ .format = { rig->rate, bits, (uint8_t)channels, masks[channels - 1] } };
        snprintf(line->sink, sizeof(line->sink), "sink-%u", channels);
        snprintf(line->ring, sizeof(line->ring), "%s/ring-%u", rig->session.directory, channels);
        line->recorder = recorder_new(&(const struct recorder_options){ line->sink, line->format, ROOM_SEC });
        line->producer = producer_new(
                &(const struct producer_options){ .path = line->ring, .size = SIZE, .sound = make_pattern });
        line->player = player_new(rig->loop, line->ring, line->sink, false);
        while (recorder_frames(line->recorder) == 0)
                turn(rig);
        recorder_restart(line->recorder);
}

/* True when there is enough, or no room for more. */
static bool has_heard(struct line *line) {
        size_t frames = recorder_frames(line->recorder);

        if (line->heard == 0 && recorder_peak(line->recorder) > 0)
                line->heard = frames;
        return (line->heard > 0 && frames - line->heard > line->format.rate / 4) ||
               frames + line->format.rate / 4 > ROOM_SEC * line->format.rate;
}

static void hear(struct rig *rig, struct line *line) {
        _cleanup_recording_ struct recording recording = { 0 };

        while (!has_heard(line))
                turn(rig);
        recorder_finish(line->recorder, &recording);
        compare(line, &recording);
        line->player = player_free(line->player);
        line->producer = producer_free(line->producer);
        line->recorder = recorder_free(line->recorder);
        unlink(line->ring);
}

/* What a busy machine has spoilt. */
static void try_again(struct rig *rig, unsigned channels, uint8_t bits) {
        struct line *line = rig->lines + channels - 1;

        for (unsigned tries = 1; !line->exact; tries++) {
                printf("again: %u channels: %s\n", channels, line->why);
                if (tries == TRIES)
                        test_fail("%u Hz, %u bits, %u channels: %s", rig->rate, bits, channels, line->why);
                begin(rig, line, channels, bits);
                producer_open_pin(line->producer, &line->format);
                hear(rig, line);
        }
}

/* All numbers of channels at once. */
static void test_width(struct rig *rig, uint8_t bits) {
        for (unsigned i = 0; i < CHANNELS; i++)
                begin(rig, rig->lines + i, i + 1, bits);
        for (unsigned i = 0; i < CHANNELS; i++)
                producer_open_pin(rig->lines[i].producer, &rig->lines[i].format);
        for (unsigned i = 0; i < CHANNELS; i++)
                hear(rig, rig->lines + i);
        for (unsigned i = 0; i < CHANNELS; i++)
                try_again(rig, i + 1, bits);
        printf("%u Hz, %u bits, 1 to %u channels: exact\n", rig->rate, bits, CHANNELS);
        fflush(stdout);
}

/* As PipeWire's configuration has it: "FL,FR". */
static const char *positions(unsigned channels) {
        static const char *const names[] = { "FL",  "FR",  "FC", "LFE", "RL", "RR",
                                             "FLC", "FRC", "RC", "SL",  "SR" };
        static char text[64];

        strcpy(text, channels == 1 ? "MONO" : "");
        for (unsigned i = 0; channels > 1 && i < sizeof(names) / sizeof(*names); i++)
                if (masks[channels - 1] & 1u << i)
                        sprintf(text + strlen(text), "%s%s", text[0] ? "," : "", names[i]);
        return text;
}

static void test_rate(uint32_t rate) {
        static char configuration[8192];
        struct rig rig = { .rate = rate };
        char *p = configuration;

        /* Long cycles are lost less easily. */
        p += sprintf(p,
                     "context.properties = { default.clock.rate = %u default.clock.allowed-rates = [ %u ]\n"
                     "  default.clock.min-quantum = 1024 }\n"
                     "context.objects = [\n",
                     rate, rate);
        for (unsigned channels = 1; channels <= CHANNELS; channels++)
                p += sprintf(p,
                             "{ factory = adapter args = { factory.name = support.null-audio-sink\n"
                             "  node.name = sink-%u media.class = Audio/Sink audio.position = \"%s\"\n"
                             "  audio.rate = %u object.linger = true } }\n",
                             channels, positions(channels), rate);
        strcpy(p, "]\n");
        session_init(&rig.session, configuration);
        session_start(&rig.session);
        CHECK(sd_event_new(&rig.loop) >= 0);
        for (uint8_t bits = 8; bits <= 32; bits += 8)
                test_width(&rig, bits);
        sd_event_unref(rig.loop);
        session_done(&rig.session);
}

int main(void) {
        static const uint32_t rates[] = { 44100, 48000, 88200, 96000, 176400, 192000 };
        static const char *const programs[] = { "dbus-daemon", "pipewire", "wireplumber" };

        for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
                if (!is_installed(programs[i]))
                        test_skip("%s is not installed", programs[i]);
        log_set_level(LOG_WARNING);
        for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++)
                test_rate(rates[i]);
        return 0;
}
