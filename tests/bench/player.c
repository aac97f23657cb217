/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/player.h"

#include "audio/playback.h"
#include "ivshmem/source.h"
#include "tests/test.h"

struct player {
        struct source *source;
        struct playback *playback;
};

static void on_start(const struct pcm_format *format, void *userdata) {
        struct player *player = userdata;

        CHECK_EQ(playback_start(player->playback, "guest", format), 0);
}

static void on_stop(void *userdata) {
        struct player *player = userdata;

        playback_stop(player->playback);
}

static size_t on_pull(void *dst, size_t frames, void *userdata) {
        struct player *player = userdata;

        return source_read(player->source, dst, frames);
}

static void on_change(void *userdata) {
}

struct player *player_new(sd_event *loop, const char *ring, const char *target, bool rate_matching) {
        struct player *player = calloc(1, sizeof(*player));
        const struct playback_options options = { .target = target };

        CHECK(player);
        CHECK_EQ(source_new(&player->source, loop,
                            &(const struct source_callbacks){ on_start, on_stop, on_change, player }),
                 0);
        CHECK_EQ(playback_new(&player->playback, loop, &options,
                              &(const struct playback_callbacks){ on_pull, on_change, player }),
                 0);
        CHECK_EQ(source_set_path(player->source, ring, 4096), 0);
        return player;
}

struct player *player_free(struct player *player) {
        if (!player)
                return NULL;
        source_free(player->source);
        playback_free(player->playback);
        free(player);
        return NULL;
}
