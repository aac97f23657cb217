/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inih splits lines; everything else is here: what a key means, and what to say when it means nothing. inih
 * does not tell the handler the line number, so the reader, which it calls once a line, counts.
 */
#include "core/config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <ini.h>

#include "core/config-internal.h"
#include "core/log.h"
#include "core/options.h"

struct loading {
        struct config *config;
        const char *path;
        FILE *file;
        int line;          /* of the text inih works on */
        bool overlong;     /* that line did not fit inih's buffer */
        int overlong_line; /* the first such; inih may stumble over it again */
        int *seen; /* line each option was given at in this file; 0: not yet; hotkeys have their own */
        int mistakes;
        int error; /* that is no mistake of the user's */
        const struct config_source *source;
};

__attribute__((format(printf, 2, 3))) static void mistake(struct loading *loading, const char *format, ...) {
        char what[1200], message[1600];
        va_list ap;

        va_start(ap, format);
        vsnprintf(what, sizeof(what), format, ap);
        va_end(ap);
        snprintf(message, sizeof(message), "%s:%d: %s", loading->path, loading->line, what);
        loading->source->report(message, loading->source->userdata);
        loading->mistakes++;
}

/* The section as the table has it. */
static const char *kind_of(const char *section) {
        return section && option_is_hotkey(section) ? HOTKEY_SECTION : section;
}

static const struct option *find_option(const char *section, const char *key) {
        for (size_t i = 0; i < n_options; i++)
                if ((!section || strcmp(options[i].section, kind_of(section)) == 0) &&
                    (!key || strcmp(options[i].key, key) == 0))
                        return &options[i];
        return NULL;
}

/* "domain, uri, shutdown-timeout" of SECTION, or the sections themselves when SECTION is NULL. */
static void list_names(char *text, size_t size, const char *section) {
        const char *last = "";

        *text = '\0';
        for (size_t i = 0; i < n_options; i++) {
                const char *name = section ? options[i].key : options[i].section;

                if ((section && strcmp(options[i].section, kind_of(section)) != 0) || strcmp(name, last) == 0)
                        continue;
                last = name;
                snprintf(text + strlen(text), size - strlen(text), section ? "%s%s" : "%s[%s]",
                         *text ? ", " : "", name);
        }
}

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

static void mistaken_name(struct loading *loading, const char *section, const char *key) {
        const struct option *elsewhere = find_option(NULL, key);
        const char *now = successor(section, key);
        char names[200];

        if (now)
                return mistake(loading, "'%s' has been replaced by %s", key, now);
        if (elsewhere)
                return mistake(loading, "'%s' does not belong in [%s]; put it under [%s]", key, section,
                               elsewhere->section);
        if (find_option(section, NULL)) {
                list_names(names, sizeof(names), section);
                return mistake(loading, "[%s] has no option '%s'; it has %s", section, key, names);
        }
        list_names(names, sizeof(names), NULL);
        if (*section)
                return mistake(loading, "there is no section [%s]; the sections are %s", section, names);
        mistake(loading, "'%s' stands before the first section; the sections are %s", key, names);
}

/* WHY stays empty where there is no more to say than what the option takes. */
static int set_option(struct loading *loading, const struct option *option, const char *value, void *fields,
                      char *why, size_t size) {
        int r;

        r = option->parse(value, (char *)fields + option->offset);
        if (r < 0 || option->kind == CONFIG_PLAIN)
                return r;
        return loading->source->check(option->kind, value, why, size);
}

static int on_option(void *userdata, const char *section, const char *key, const char *value) {
        struct loading *loading = userdata;
        const struct option *option = find_option(section, key);
        struct config_hotkey *hotkey = NULL;
        char why[900] = "";
        int *seen;

        if (loading->overlong)
                return 1; /* reported by the reader */
        if (!option) {
                mistaken_name(loading, section, key);
                return 1;
        }
        if (option_is_hotkey(section) &&
            config_get_hotkey(&hotkey, loading->config, section + strlen(HOTKEY_PREFIX), loading->path,
                              loading->line) < 0) {
                loading->error = -ENOMEM;
                return 1;
        }
        seen = (hotkey ? hotkey->seen : loading->seen) + (option - options);
        if (*seen) {
                mistake(loading, "'%s' was already given in line %d; keep one of the two", key, *seen);
                return 1;
        }
        *seen = loading->line;
        if (set_option(loading, option, value, hotkey ? (void *)hotkey : loading->config, why, sizeof(why)) >=
            0)
                return 1;
        if (*why)
                mistake(loading, "'%s': %s; it takes %s", key, why, option->form);
        else
                mistake(loading, "'%s' cannot be '%s'; it takes %s", key, value, option->form);
        return 1;
}

/* To inih the rest would be a comment, and half a command be run. */
static void check_semicolon(struct loading *loading, const char *line) {
        const char *text = line + strspn(line, " \t");

        if (strncmp(text, "exec", 4) == 0 && (strstr(text, " ;") || strstr(text, "\t;")))
                mistake(loading, "what follows a blank and ';' is a comment, and no shell would see it; put "
                                 "several commands into a script");
}

/*
 * fgets that counts lines, and keeps inih from two of its ideas: that the tail of an overlong line is a line
 * of its own, and that an indented one goes on with the value before.
 */
static char *read_line(char *buffer, int size, void *stream) {
        struct loading *loading = stream;
        char *line = fgets(buffer, size, loading->file);
        size_t length;
        int c;

        if (!line)
                return NULL;
        loading->line++;
        length = strlen(line);
        loading->overlong = length + 1 == (size_t)size && line[length - 1] != '\n';
        check_semicolon(loading, line);
        if (!loading->overlong)
                return memmove(line, line + strspn(line, " \t"), strlen(line + strspn(line, " \t")) + 1);
        if (loading->overlong_line == 0)
                loading->overlong_line = loading->line;
        mistake(loading, "the line is too long; %d characters are the most", size - 3);
        while ((c = fgetc(loading->file)) != EOF && c != '\n')
                continue;
        return line;
}

static int unreadable(struct loading *loading, int r) {
        char message[400];

        snprintf(message, sizeof(message), "%s: cannot be read: %s", loading->path, strerror(-r));
        loading->source->report(message, loading->source->userdata);
        return r;
}

static int load_file(struct loading *loading) {
        int r;

        loading->line = loading->overlong_line = 0;
        memset(loading->seen, 0, n_options * sizeof(*loading->seen));
        for (size_t i = 0; i < loading->config->n_hotkeys; i++)
                memset(loading->config->hotkeys[i].seen, 0, n_options * sizeof(*loading->seen));
        loading->file = fopen(loading->path, "re");
        if (!loading->file && errno == ENOENT && !loading->source->must_exist)
                return 0;
        if (!loading->file)
                return unreadable(loading, -errno);
        r = ini_parse_stream(read_line, loading, on_option, loading);
        if (ferror(loading->file))
                loading->error = -EIO;
        fclose(loading->file);
        if (r < 0 || loading->error < 0)
                return unreadable(loading, r < 0 ? r : loading->error);
        if (r > 0 && r != loading->overlong_line) {
                loading->line = r;
                mistake(loading, "this is neither '[section]' nor 'option = value' nor a comment");
        }
        return 0;
}

int config_load(struct config **ret, const struct config_source *source) {
        _cleanup_(config_freep) struct config *config = NULL;
        _cleanup_free_ int *seen = calloc(n_options, sizeof(*seen));
        struct loading loading = { .source = source, .seen = seen };
        int r, first = 0;

        if (!seen)
                return -ENOMEM;
        r = config_new(&config);
        if (r < 0)
                return r;
        loading.config = config;
        for (char *const *path = source->paths; *path; path++) {
                loading.path = *path;
                r = load_file(&loading);
                if (r < 0 && first == 0)
                        first = r;
        }
        if (first < 0)
                return first;
        if (loading.mistakes > 0)
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
