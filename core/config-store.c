/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/config-internal.h"

#include <errno.h>
#include <string.h>

#include "core/options.h"

int config_new(struct config **ret) {
        _cleanup_(config_freep) struct config *config = calloc(1, sizeof(*config));
        int r;

        if (!config)
                return -ENOMEM;
        config->audio_volume = -1;
        r = ini_set_defaults(&options_table, false, config);
        if (r < 0)
                return r;
        *ret = steal_ptr(config);
        return 0;
}

static int init_hotkey(struct config_hotkey *hotkey, const char *name, const char *path, int line) {
        *hotkey = (struct config_hotkey){ .line = line };
        hotkey->name = strdup(name);
        hotkey->path = strdup(path);
        hotkey->seen = calloc(options_table.n, sizeof(*hotkey->seen));
        if (!hotkey->name || !hotkey->path || !hotkey->seen)
                return -ENOMEM;
        return ini_set_defaults(&options_table, true, hotkey);
}

int config_get_hotkey(struct config_hotkey **ret, struct config *config, const char *name, const char *path,
                      int line) {
        struct config_hotkey *grown;

        for (size_t i = 0; i < config->n_hotkeys; i++)
                if (strcmp(config->hotkeys[i].name, name) == 0) {
                        *ret = &config->hotkeys[i];
                        return 0;
                }
        grown = reallocarray(config->hotkeys, config->n_hotkeys + 1, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        config->hotkeys = grown;
        *ret = &grown[config->n_hotkeys++];
        return init_hotkey(*ret, name, path, line);
}

static void hotkey_done(struct config_hotkey *hotkey) {
        free(hotkey->name);
        free(hotkey->path);
        free(hotkey->keys);
        free(hotkey->press);
        free(hotkey->release);
        free(hotkey->exec);
        free(hotkey->exec_release);
        free(hotkey->seen);
}

struct config *config_free(struct config *config) {
        if (!config)
                return NULL;
        for (size_t i = 0; i < config->n_hotkeys; i++)
                hotkey_done(&config->hotkeys[i]);
        free(config->hotkeys);
        free(config->guest_domain);
        free(config->guest_uri);
        free(config->input_devices);
        free(config->input_host_devices);
        free(config->input_guest_devices);
        free(config->input_toggle);
        free(config->audio_shmem);
        free(config->audio_udp_group);
        free(config->audio_udp_interface);
        free(config->audio_udp_sender);
        free(config->audio_target);
        free(config->audio_role);
        free(config);
        return NULL;
}
