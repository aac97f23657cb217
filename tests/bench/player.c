/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/player.h"

#include "audio/playback.h"
#include "ivshmem/source.h"
#include "tests/test.h"

struct player {
        struct source *source;
        struct playback *playback;
};

static void on_start(const struct pcm_format *format, const struct feed *feed, void *userdata) {
        struct player *player = userdata;

        CHECK_EQ(playback_start(player->playback, "guest", format, feed), 0);
}

static void on_stop(void *userdata) {
        struct player *player = userdata;

        playback_pause(player->playback);
}

static void on_change(void *userdata) {
}

static void on_playback_change(void *userdata) {
        struct player *player = userdata;
        struct playback_status status;

        playback_status(player->playback, &status);
        source_set_listening(player->source, status.connected);
}

struct player *player_new(sd_event *loop, const char *ring, const char *target, bool rate_matching) {
        struct player *player = calloc(1, sizeof(*player));
        const struct playback_options options = { .target = target,
                                                  .volume = -1,
                                                  .rate_matching = rate_matching };

        CHECK(player);
        CHECK_EQ(source_new(&player->source, loop,
                            &(const struct feed_callbacks){ on_start, on_stop, on_change, player }),
                 0);
        CHECK_EQ(playback_new(&player->playback, loop, &options,
                              &(const struct playback_callbacks){ on_playback_change, player }),
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
