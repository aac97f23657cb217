/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files are read, into what, and what of an older pillion they may still say. */
#include "core/config.h"

#include <errno.h>
#include <string.h>

#include "core/config-internal.h"
#include "core/options.h"

struct loading {
        struct config *config;
        const char *path;
        int *seen; /* line each option was given at in this file; 0: not yet; hotkeys have their own */
        const struct config_source *source;
};

/* What an older pillion had, and what to write now. */
static const struct {
        const char *section, *key, *now;
} retired[] = {
        { "input", "keyboard",
          "'devices', which lists keyboards and mice; 'auto' is now all-keyboards, and paths are as before" },
        { "input", "mouse",
          "'devices', which lists keyboards and mice; 'auto' is now all-mice, and paths are as before" },
};

static const char *successor(const char *section, const char *key) {
        for (size_t i = 0; i < sizeof(retired) / sizeof(*retired); i++)
                if (strcmp(retired[i].section, section) == 0 && strcmp(retired[i].key, key) == 0)
                        return retired[i].now;
        return NULL;
}

static int place(struct ini_place *ret, const char *section, int line, void *userdata) {
        struct loading *loading = userdata;
        struct config_hotkey *hotkey;

        if (!ini_is_many(&options_table, section)) {
                *ret = (struct ini_place){ loading->config, loading->seen };
                return 0;
        }
        if (config_get_hotkey(&hotkey, loading->config, section + strlen(HOTKEY_PREFIX), loading->path,
                              line) < 0)
                return -ENOMEM;
        *ret = (struct ini_place){ hotkey, hotkey->seen };
        return 0;
}

static int check(const struct ini_option *option, const char *value, char *why, size_t size, void *userdata) {
        struct loading *loading = userdata;

        return loading->source->check((enum config_kind)option->kind, value, why, size);
}

static void report(const char *message, void *userdata) {
        struct loading *loading = userdata;

        loading->source->report(message, loading->source->userdata);
}

/* How many mistakes there are in it; -errno. */
static int load_file(struct loading *loading) {
        const struct ini_reading reading = {
                .table = &options_table,
                .path = loading->path,
                .place = place,
                .check = check,
                .successor = successor,
                .report = report,
                .userdata = loading,
        };
        _cleanup_fclose_ FILE *file = fopen(loading->path, "re");
        size_t size = options_table.n * sizeof(*loading->seen);

        if (!file && errno == ENOENT && !loading->source->must_exist)
                return 0;
        if (!file)
                return ini_unreadable(&reading, -errno);
        memset(loading->seen, 0, size);
        for (size_t i = 0; i < loading->config->n_hotkeys; i++)
                memset(loading->config->hotkeys[i].seen, 0, size);
        return ini_read(file, &reading);
}

int config_load(struct config **ret, const struct config_source *source) {
        _cleanup_(config_freep) struct config *config = NULL;
        _cleanup_free_ int *seen = calloc(options_table.n, sizeof(*seen));
        struct loading loading = { .source = source, .seen = seen };
        int r, first = 0, mistakes = 0;

        if (!seen)
                return -ENOMEM;
        r = config_new(&config);
        if (r < 0)
                return r;
        loading.config = config;
        for (char *const *path = source->paths; *path; path++) {
                loading.path = *path;
                r = load_file(&loading);
                if (r > 0)
                        mistakes += r;
                if (r < 0 && first == 0)
                        first = r;
        }
        if (first < 0)
                return first;
        if (mistakes > 0)
                return -EINVAL;
        *ret = steal_ptr(config);
        return 0;
}

char **config_default_paths(void) {
        const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
        _cleanup_(config_paths_freep) char **paths = calloc(3, sizeof(*paths));
        int r;

        if (!paths)
                return NULL;
        paths[0] = strdup("/etc/pillion/pillion.conf");
        if (!paths[0])
                return NULL;
        if (base && *base)
                r = asprintf(&paths[1], "%s/pillion/pillion.conf", base);
        else
                r = asprintf(&paths[1], "%s/.config/pillion/pillion.conf", home ? home : "");
        if (r < 0) {
                paths[1] = NULL; /* asprintf leaves it undefined */
                return NULL;
        }
        return steal_ptr(paths);
}

char **config_paths_free(char **paths) {
        for (char **path = paths; path && *path; path++)
                free(*path);
        free(paths);
        return NULL;
}

void config_print_help(FILE *out) {
        ini_print_help(out, &options_table);
}

void config_print_manual(FILE *out) {
        ini_print_manual(out, &options_table);
}
