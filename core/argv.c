/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/argv.h"

#include <errno.h>
#include <stdbool.h>

struct splitter {
        const char *text, *home;
        size_t at;
        char *word; /* as long as all words can be */
        size_t length;
        char **argv;
        size_t n;
};

static bool is_blank(char c) {
        return c == ' ' || c == '\t';
}

static void put(struct splitter *splitter, char c) {
        splitter->word[splitter->length++] = c;
}

/* At the character after the opening quote; leaves at the one after the closing quote. */
static int take_quoted(struct splitter *splitter, char quote) {
        size_t opened = splitter->at - 1;
        const char *text = splitter->text;

        for (; text[splitter->at] != quote; splitter->at++) {
                if (quote == '"' && text[splitter->at] == '\\' &&
                    (text[splitter->at + 1] == '"' || text[splitter->at + 1] == '\\'))
                        splitter->at++;
                if (!text[splitter->at]) {
                        splitter->at = opened;
                        return -EINVAL;
                }
                put(splitter, text[splitter->at]);
        }
        splitter->at++;
        return 0;
}

static void take_home(struct splitter *splitter) {
        const char *next = splitter->text + splitter->at + 1;

        if (splitter->text[splitter->at] != '~' || !splitter->home ||
            (*next && *next != '/' && !is_blank(*next)))
                return;
        for (const char *p = splitter->home; *p; p++)
                put(splitter, *p);
        splitter->at++;
}

static int take_word(struct splitter *splitter) {
        const char *text = splitter->text;
        int r;

        splitter->length = 0;
        take_home(splitter);
        while (text[splitter->at] && !is_blank(text[splitter->at])) {
                char c = text[splitter->at++];

                if (c == '\'' || c == '"') {
                        r = take_quoted(splitter, c);
                        if (r < 0)
                                return r;
                        continue;
                }
                if (c == '\\' && !text[splitter->at]) {
                        splitter->at--;
                        return -EINVAL;
                }
                put(splitter, c == '\\' ? text[splitter->at++] : c);
        }
        put(splitter, '\0');
        splitter->argv[splitter->n] = strdup(splitter->word);
        return splitter->argv[splitter->n++] ? 0 : -ENOMEM;
}

static int split(struct splitter *splitter) {
        int r;

        for (;;) {
                while (is_blank(splitter->text[splitter->at]))
                        splitter->at++;
                if (!splitter->text[splitter->at])
                        return splitter->n > 0 && splitter->argv[0][0] ? 0 : -EINVAL;
                r = take_word(splitter);
                if (r < 0)
                        return r;
        }
}

int argv_split(char ***ret, const char *text, const char *home, size_t *ret_error) {
        size_t length = strlen(text);
        _cleanup_(argv_freep) char **argv = calloc(length / 2 + 2, sizeof(*argv));
        _cleanup_free_ char *word = malloc(length + (home ? strlen(home) : 0) + 1);
        struct splitter splitter = { .text = text, .home = home, .word = word, .argv = argv };
        int r;

        if (!argv || !word)
                return -ENOMEM;
        r = split(&splitter);
        if (r < 0) {
                *ret_error = splitter.at;
                return r;
        }
        *ret = steal_ptr(argv);
        return 0;
}

int argv_copy(char ***ret, char *const *argv) {
        _cleanup_(argv_freep) char **copy = NULL;
        size_t n = 0;

        while (argv && argv[n])
                n++;
        copy = argv ? calloc(n + 1, sizeof(*copy)) : NULL;
        if (argv && !copy)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                copy[i] = strdup(argv[i]);
                if (!copy[i])
                        return -ENOMEM;
        }
        *ret = steal_ptr(copy);
        return 0;
}

char **argv_free(char **argv) {
        for (char **word = argv; word && *word; word++)
                free(*word);
        free(argv);
        return NULL;
}

const char *argv_mistake(const char *text, size_t error) {
        switch (text[error]) {
        case '\'':
        case '"':
                return "this quote is not closed";
        case '\\':
                return "nothing follows this backslash";
        default:
                return "no program is named";
        }
}
