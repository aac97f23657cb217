/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sound.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "ivshmem/source.h"

/* The smallest region libvirt makes; a file below it cannot be a guest's. */
#define SHMEM_MIN_SIZE (1 << 20)

struct sound {
        struct source *source;
        struct network *network;
        struct playback *playback;
        char *guest;  /* NULL: none runs */
        char *domain; /* the shared memory of the guest's definition; NULL: none */
        char *shmem;  /* the option's value */
        /* The options of the network; port 0: shared memory it is. */
        uint16_t port;
        char *group, *interface, *sender;
        uint64_t idle_after;
        sound_changed_fn on_change;
        void *userdata;
};

static void on_change(void *userdata) {
        struct sound *sound = userdata;

        if (sound->on_change)
                sound->on_change(sound->userdata);
}

static void on_playback_change(void *userdata) {
        struct sound *sound = userdata;
        struct playback_status status;

        playback_status(sound->playback, &status);
        source_set_listening(sound->source, status.connected);
        network_set_listening(sound->network, status.connected);
        on_change(sound);
}

static void on_start(const struct pcm_format *format, const struct feed *feed, void *userdata) {
        struct sound *sound = userdata;
        int r;

        r = playback_start(sound->playback, sound->guest ? sound->guest : "guest", format, feed);
        if (r < 0)
                log_errno(r, "Cannot play the guest's sound: %m");
}

static void on_stop(void *userdata) {
        struct sound *sound = userdata;

        playback_pause(sound->playback);
}

static struct playback_options playback_options_of(const struct config *config) {
        return (struct playback_options){
                .target = config->audio_target,
                .role = strcmp(config->audio_role, "none") == 0 ? NULL : config->audio_role,
                .latency = config->audio_latency,
                .volume = config->audio_volume,
                .rate_matching = config->audio_rate_matching,
        };
}

/* The path in force: the option's own, or the domain's, or none. */
static const char *path_of(const struct sound *sound) {
        if (!sound->guest || sound->port > 0 || strcmp(sound->shmem, "off") == 0)
                return NULL;
        return strcmp(sound->shmem, "auto") == 0 ? sound->domain : sound->shmem;
}

/* Opens the one of the two ways in that the options name. */
static int follow(struct sound *sound) {
        const struct network_options options = {
                .port = sound->port,
                .group = strcmp(sound->group, "none") == 0 ? NULL : sound->group,
                .interface = sound->interface,
                .sender = sound->sender,
                .idle_after = sound->idle_after,
        };
        int r;

        r = network_set(sound->network, sound->guest && sound->port > 0 ? &options : NULL);
        if (r < 0)
                return r;
        return source_set_path(sound->source, path_of(sound), SHMEM_MIN_SIZE);
}

static int copy_options(struct sound *sound, const struct config *config) {
        const struct {
                char **field;
                const char *text;
        } strings[] = {
                { &sound->shmem, config->audio_shmem },
                { &sound->group, config->audio_udp_group },
                { &sound->interface, config->audio_udp_interface },
                { &sound->sender, config->audio_udp_sender },
        };
        int r;

        for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
                r = replace_string(strings[i].field, strings[i].text);
                if (r < 0)
                        return r;
        }
        sound->port = (uint16_t)config->audio_udp_port;
        sound->idle_after = config->audio_idle_after;
        source_set_idle_after(sound->source, sound->idle_after);
        return 0;
}

int sound_configure(struct sound *sound, const struct config *config) {
        const struct playback_options playback = playback_options_of(config);
        int r;

        r = playback_configure(sound->playback, &playback);
        if (r < 0)
                return r;
        r = copy_options(sound, config);
        if (r < 0)
                return r;
        return follow(sound);
}

static int new_parts(struct sound *sound, sd_event *loop, const struct config *config) {
        const struct feed_callbacks callbacks = { on_start, on_stop, on_change, sound };
        const struct playback_options playback = playback_options_of(config);
        int r;

        r = source_new(&sound->source, loop, &callbacks);
        if (r < 0)
                return r;
        r = network_new(&sound->network, loop, &callbacks);
        if (r < 0)
                return r;
        network_set_listening(sound->network, false); /* until there is a PipeWire */
        r = copy_options(sound, config);
        if (r < 0)
                return r;
        return playback_new(&sound->playback, loop, &playback,
                            &(const struct playback_callbacks){ on_playback_change, sound });
}

int sound_new(struct sound **ret, sd_event *loop, const struct config *config, sound_changed_fn on_changed,
              void *userdata) {
        _cleanup_(sound_freep) struct sound *sound = calloc(1, sizeof(*sound));
        int r;

        if (!sound)
                return -ENOMEM;
        r = new_parts(sound, loop, config);
        if (r < 0)
                return r;
        sound->on_change = on_changed;
        sound->userdata = userdata;
        *ret = steal_ptr(sound);
        return 0;
}

struct sound *sound_free(struct sound *sound) {
        if (!sound)
                return NULL;
        sound->on_change = NULL;
        source_free(sound->source);
        network_free(sound->network);
        playback_free(sound->playback);
        free(sound->guest);
        free(sound->domain);
        free(sound->shmem);
        free(sound->group);
        free(sound->interface);
        free(sound->sender);
        free(sound);
        return NULL;
}

int sound_serve(struct sound *sound, const char *guest, const char *shmem) {
        int r;

        r = replace_string(&sound->guest, guest);
        if (r < 0)
                return r;
        r = replace_string(&sound->domain, shmem);
        if (r < 0)
                return r;
        return follow(sound);
}

void sound_unserve(struct sound *sound) {
        free(steal_ptr(sound->guest));
        free(steal_ptr(sound->domain));
        (void)follow(sound); /* nothing can fail in letting go */
        playback_stop(sound->playback);
}

bool sound_needs_shmem(const struct sound *sound) {
        return sound->port == 0 && strcmp(sound->shmem, "auto") == 0;
}

int sound_change_volume(struct sound *sound, int percent) {
        return playback_change_volume(sound->playback, percent);
}

int sound_toggle_mute(struct sound *sound) {
        return playback_toggle_mute(sound->playback);
}

struct connection *sound_connection(struct sound *sound) {
        return playback_connection(sound->playback);
}

static const char *source_state_name(enum source_state state) {
        switch (state) {
        case SOURCE_OFF:
                return "off";
        case SOURCE_ABSENT:
                return "absent";
        case SOURCE_UNUSABLE:
                return "unusable";
        case SOURCE_WAITING:
                return "waiting";
        case SOURCE_SILENT:
                return "silent";
        case SOURCE_BAD:
                return "bad";
        case SOURCE_PLAYING:
                return "playing";
        }
        return "?";
}

static const char *network_state_name(enum network_state state) {
        switch (state) {
        case NETWORK_OFF:
                return "off";
        case NETWORK_UNUSABLE:
                return "unusable";
        case NETWORK_SILENT:
                return "silent";
        case NETWORK_PLAYING:
                return "playing";
        }
        return "?";
}

static void describe_network(const struct sound *sound, struct sound_status *ret) {
        network_status(sound->network, &ret->network);
        ret->state = network_state_name(ret->network.state);
        ret->format = ret->network.format;
        snprintf(ret->problem, sizeof(ret->problem), "%s", ret->network.problem);
        if (ret->network.state != NETWORK_OFF)
                snprintf(ret->origin, sizeof(ret->origin), "udp:%u", sound->port);
}

static void describe_source(const struct sound *sound, struct sound_status *ret) {
        const char *path = path_of(sound);
        struct source_status source;

        source_status(sound->source, &source);
        ret->state = source_state_name(source.state);
        ret->format = source.format;
        snprintf(ret->problem, sizeof(ret->problem), "%s", source.problem);
        snprintf(ret->origin, sizeof(ret->origin), "%s", path ? path : "");
}

void sound_status(const struct sound *sound, struct sound_status *ret) {
        *ret = (struct sound_status){ 0 };
        if (sound->port > 0)
                describe_network(sound, ret);
        else
                describe_source(sound, ret);
        playback_status(sound->playback, &ret->playback);
}
