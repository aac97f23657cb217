/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The patterns are the user's and are trusted; what a device says of itself is only ever compared with them.
 */
#include "input/selector.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t"
#define FOLDER "/dev/input/"

enum term_kind {
        TERM_KEYBOARDS,
        TERM_MICE,
        TERM_ID,
        TERM_NAME,
        TERM_PHYS,
        TERM_PATH,
};

struct term {
        enum term_kind kind;
        bool exclude;
        uint16_t vendor, product;
        char *text;          /* without '!' and quotes */
        const char *pattern; /* in text */
};

struct selector {
        struct term *terms;
        size_t n;
};

/* --- reading --- */

/* Takes the next word off *TEXT, without its quotes. 0: there is none. -EINVAL: a quote is not closed. */
static int next_word(const char **text, char *word) {
        const char *c = *text + strspn(*text, BLANKS);
        char quote = '\0';
        int found = *c != '\0';

        for (; *c && (quote || !strchr(BLANKS, *c)); c++)
                if (quote ? *c == quote : *c == '"' || *c == '\'')
                        quote = quote ? '\0' : *c;
                else
                        *word++ = *c;
        *word = '\0';
        *text = c;
        return quote ? -EINVAL : found;
}

static bool parse_hex(const char *text, size_t length, uint16_t *ret) {
        unsigned value = 0;

        if (length < 1 || length > 4)
                return false;
        for (const char *c = text; c < text + length; c++) {
                if (!isxdigit((unsigned char)*c))
                        return false;
                value = value * 16 +
                        (unsigned)(isdigit((unsigned char)*c) ? *c - '0' : (*c | 0x20) - 'a' + 10);
        }
        *ret = (uint16_t)value;
        return true;
}

static bool parse_id(struct term *term) {
        size_t length = strcspn(term->text, ":");

        if (!term->text[length])
                return false;
        return parse_hex(term->text, length, &term->vendor) &&
               parse_hex(term->text + length + 1, strlen(term->text + length + 1), &term->product);
}

/* Sets kind and pattern by the text. */
static bool parse_term(struct term *term) {
        static const struct {
                const char *prefix;
                enum term_kind kind;
        } prefixes[] = { { "name:", TERM_NAME }, { "phys:", TERM_PHYS }, { FOLDER, TERM_PATH } };

        for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
                size_t length = strlen(prefixes[i].prefix);

                if (strncmp(term->text, prefixes[i].prefix, length) != 0)
                        continue;
                term->kind = prefixes[i].kind;
                term->pattern = term->kind == TERM_PATH ? term->text : term->text + length;
                return term->text[length] != '\0';
        }
        term->kind = strcmp(term->text, "all-keyboards") == 0 ? TERM_KEYBOARDS
                     : strcmp(term->text, "all-mice") == 0    ? TERM_MICE
                                                              : TERM_ID;
        return term->kind != TERM_ID || parse_id(term);
}

static int add_term(struct selector *selector, const char *word) {
        struct term *grown = realloc(selector->terms, (selector->n + 1) * sizeof(*grown));
        struct term term = { .exclude = *word == '!' };

        if (!grown)
                return -ENOMEM;
        selector->terms = grown;
        term.text = strdup(word + term.exclude);
        if (!term.text)
                return -ENOMEM;
        grown[selector->n++] = term;
        return parse_term(&grown[selector->n - 1]) ? 0 : -EINVAL;
}

static bool only_excludes(const struct selector *selector) {
        for (const struct term *term = selector->terms; term < selector->terms + selector->n; term++)
                if (!term->exclude)
                        return false;
        return selector->n > 0;
}

static int parse(struct selector *selector, const char *text, char *word, char *why, size_t size) {
        int r;

        while ((r = next_word(&text, word)) > 0) {
                r = add_term(selector, word);
                if (r == -EINVAL)
                        snprintf(why, size, "'%s' says no device", word);
                if (r < 0)
                        return r;
        }
        if (r < 0)
                snprintf(why, size, "the quote before '%s' is not closed", word);
        else if (only_excludes(selector))
                snprintf(why, size, "it only leaves out, and says nothing to leave it out of");
        else
                return 0;
        return -EINVAL;
}

int selector_new(struct selector **ret, const char *text, char *why, size_t size) {
        _cleanup_(selector_freep) struct selector *selector = calloc(1, sizeof(*selector));
        _cleanup_free_ char *word = malloc(strlen(text) + 1);
        int r;

        if (!selector || !word)
                return -ENOMEM;
        r = parse(selector, text, word, why, size);
        if (r < 0)
                return r;
        *ret = steal_ptr(selector);
        return 0;
}

struct selector *selector_free(struct selector *selector) {
        if (!selector)
                return NULL;
        for (size_t i = 0; i < selector->n; i++)
                free(selector->terms[i].text);
        free(selector->terms);
        free(selector);
        return NULL;
}

/* --- matching --- */

static bool match_path(const char *pattern, const struct discovered *node) {
        if (fnmatch(pattern, node->path, FNM_PATHNAME) == 0)
                return true;
        for (const char *const *link = node->links; link && *link; link++)
                if (fnmatch(pattern, *link, FNM_PATHNAME) == 0)
                        return true;
        return false;
}

static bool matches(const struct term *term, const struct discovered *node) {
        switch (term->kind) {
        case TERM_KEYBOARDS:
                return node->keyboard;
        case TERM_MICE:
                return node->mouse;
        case TERM_ID:
                return node->vendor == term->vendor && node->product == term->product;
        case TERM_NAME:
                return fnmatch(term->pattern, node->name, FNM_CASEFOLD) == 0;
        case TERM_PHYS:
                return fnmatch(term->pattern, node->phys, 0) == 0;
        case TERM_PATH:
                return match_path(term->pattern, node);
        }
        return false;
}

static bool is_kind(const struct term *term) {
        return term->kind == TERM_KEYBOARDS || term->kind == TERM_MICE;
}

enum selection selector_select(const struct selector *selector, const struct discovered *node) {
        enum selection selection = SELECTION_NONE;

        for (const struct term *term = selector->terms; term < selector->terms + selector->n; term++) {
                if (!matches(term, node))
                        continue;
                if (term->exclude)
                        return SELECTION_EXCLUDED;
                if (selection != SELECTION_NAMED)
                        selection = is_kind(term) ? SELECTION_KIND : SELECTION_NAMED;
        }
        return selection;
}

static bool has(const struct selector *selector, enum term_kind kind) {
        for (const struct term *term = selector->terms; term < selector->terms + selector->n; term++)
                if (term->kind == kind && !term->exclude)
                        return true;
        return false;
}

bool selector_has_all_keyboards(const struct selector *selector) {
        return has(selector, TERM_KEYBOARDS);
}

bool selector_has_all_mice(const struct selector *selector) {
        return has(selector, TERM_MICE);
}

const char *selector_unmet(const struct selector *selector, struct discovered *const *nodes, size_t n) {
        for (const struct term *term = selector->terms; term < selector->terms + selector->n; term++) {
                bool met = is_kind(term) || term->exclude;

                for (size_t i = 0; i < n && !met; i++)
                        met = matches(term, nodes[i]);
                if (!met)
                        return term->text;
        }
        return NULL;
}
