/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audio/player.h"

#include <math.h>
#include <string.h>

#include "audio/format.h"

void player_init(struct player *player, const struct pcm_format *format, const struct feed *feed,
                 const struct pacer_options *options, struct player_counters *counters) {
        double rate = 1 + atomic_load(&counters->clock_ppm) / 1e6;

        *player = (struct player){
                .format = *format,
                .feed = *feed,
                .ratio = { .hz = format->rate },
                .silence = format_silence(format),
                .counters = counters,
        };
        pacer_init(&player->pacer, options, rate);
        splice_init(&player->splice, format);
}

static uint8_t *be_silent(struct player *player, uint8_t *dst, uint32_t frames) {
        uint32_t size = frames * pcm_frame_size(&player->format);

        if (frames == 0)
                return dst;
        memset(dst, player->silence, size);
        if (player->sounding)
                splice_cut(&player->splice);
        player->interrupted |= player->sounding;
        player->sounding = false;
        splice_apply(&player->splice, dst, frames);
        return dst + size;
}

/* The frames of one turn. Of what is late, silence need not be played: the next frames take its place. */
static uint32_t take(struct player *player, uint8_t *dst, const struct pacer_turn *turn) {
        uint32_t n = (uint32_t)player->feed.read(dst, turn->take, player->feed.userdata);

        if (n == 0 || n > turn->spare || !pcm_is_silent(dst, n, &player->format))
                return n;
        return (uint32_t)player->feed.read(dst, turn->take, player->feed.userdata);
}

static uint8_t *sound(struct player *player, uint8_t *dst, const struct pacer_turn *turn) {
        uint32_t n = take(player, dst, turn);

        if (n == 0)
                return dst;
        /* A stream begins as the guest has made it begin; what was interrupted fades in. */
        if (turn->skip > 0 || (!player->sounding && player->interrupted))
                splice_cut(&player->splice);
        player->sounding = true;
        splice_apply(&player->splice, dst, n);
        return dst + (size_t)n * pcm_frame_size(&player->format);
}

static uint32_t usec(const struct player *player, double frames) {
        return (uint32_t)fmax(frames * 1e6 / player->format.rate, 0);
}

static void count(struct player *player, const struct feed_view *view) {
        struct player_counters *counters = player->counters;
        const struct pacer *pacer = &player->pacer;

        atomic_store_explicit(&counters->fill, view->unread, memory_order_relaxed);
        atomic_store_explicit(&counters->latency, usec(player, pacer->delay - view->grain),
                              memory_order_relaxed);
        atomic_store_explicit(&counters->target, usec(player, pacer->target - view->grain),
                              memory_order_relaxed);
        atomic_store_explicit(&counters->rate_ppm, (int32_t)lround((pacer->correction - 1) * 1e6),
                              memory_order_relaxed);
        atomic_store_explicit(&counters->clock_ppm, (int32_t)lround((pacer->clock.rate - 1) * 1e6),
                              memory_order_relaxed);
        atomic_fetch_add_explicit(&counters->underruns, pacer->underruns - player->underruns,
                                  memory_order_relaxed);
        atomic_fetch_add_explicit(&counters->overruns, pacer->overruns - player->overruns,
                                  memory_order_relaxed);
        player->underruns = pacer->underruns;
        player->overruns = pacer->overruns;
}

double player_play(struct player *player, void *dst, uint32_t frames, double now, uint32_t graph_rate) {
        uint32_t size = pcm_frame_size(&player->format);
        uint8_t *p = dst, *end = p + (size_t)frames * size;
        struct pacer_turn turn;
        struct feed_view view;

        atomic_fetch_add_explicit(&player->counters->pulls, 1, memory_order_relaxed);
        if (player->feed.look(&view, player->feed.userdata)) {
                turn = pacer_turn(&player->pacer, &view, now, frames);
                count(player, &view);
                if (turn.skip > 0)
                        player->feed.skip(turn.skip, player->feed.userdata);
                p = be_silent(player, p, turn.silence);
                p = sound(player, p, &turn);
        }
        (void)be_silent(player, p, (uint32_t)((size_t)(end - p) / size));
        player->ratio.graph = graph_rate;
        return ratio_next(&player->ratio, player->pacer.correction);
}
