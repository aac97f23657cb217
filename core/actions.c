/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One table says each action's words, what may follow them, and whether it lasts. A comma ends an action, so
 * a name that is its argument may hold colons but no comma.
 */
#include "core/actions.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/parse.h"

#define N_OF(array) (sizeof(array) / sizeof(*(array)))

enum argument {
        NO_ARGUMENT,
        MAYBE_GUEST,
        MAYBE_SOURCE,
        KEY,
        CHORD,
        PERCENT, /* with its sign, in place of a second word */
};

static const struct form {
        const char *name;
        enum argument argument;
        bool lasting;
} forms[] = {
        [ACT_TOGGLE] = { "toggle" },
        [ACT_TO_HOST] = { "to-host" },
        [ACT_TO_GUEST] = { "to-guest", MAYBE_GUEST },
        [ACT_PANIC] = { "panic" },
        [ACT_HOST_KEY] = { "host-key", KEY, true },
        [ACT_TYPE] = { "type", CHORD },
        [ACT_MIC_PUSH_TO_TALK] = { "mic:push-to-talk", MAYBE_SOURCE, true },
        [ACT_MIC_PUSH_TO_MUTE] = { "mic:push-to-mute", MAYBE_SOURCE, true },
        [ACT_MIC_TOGGLE] = { "mic:toggle", MAYBE_SOURCE },
        [ACT_MIC_MUTE] = { "mic:mute", MAYBE_SOURCE },
        [ACT_MIC_UNMUTE] = { "mic:unmute", MAYBE_SOURCE },
        [ACT_MUMBLE_PUSH_TO_TALK] = { "mumble:push-to-talk", NO_ARGUMENT, true },
        [ACT_MUMBLE_MUTE] = { "mumble:mute" },
        [ACT_MUMBLE_UNMUTE] = { "mumble:unmute" },
        [ACT_MUMBLE_TOGGLE_MUTE] = { "mumble:toggle-mute" },
        [ACT_MUMBLE_DEAFEN] = { "mumble:deafen" },
        [ACT_MUMBLE_UNDEAFEN] = { "mumble:undeafen" },
        [ACT_MUMBLE_TOGGLE_DEAFEN] = { "mumble:toggle-deafen" },
        [ACT_GUEST_START] = { "guest:start", MAYBE_GUEST },
        [ACT_GUEST_STOP] = { "guest:stop" },
        [ACT_GUEST_PAUSE] = { "guest:pause" },
        [ACT_GUEST_RESUME] = { "guest:resume" },
        [ACT_VOLUME_CHANGE] = { "volume", PERCENT },
        [ACT_VOLUME_MUTE] = { "volume:mute" },
};

struct parser {
        const struct action_checks *checks;
        char *error;
        size_t size;
};

__attribute__((format(printf, 2, 3))) static int mistake(const struct parser *parser, const char *format,
                                                         ...) {
        va_list ap;

        va_start(ap, format);
        vsnprintf(parser->error, parser->size, format, ap);
        va_end(ap);
        return -EINVAL;
}

static const char *argument_form(enum argument argument) {
        switch (argument) {
        case NO_ARGUMENT:
                return "";
        case MAYBE_GUEST:
                return "[:GUEST]";
        case MAYBE_SOURCE:
                return "[:SOURCE]";
        case KEY:
                return ":KEY";
        case CHORD:
                return ":KEY+KEY";
        case PERCENT:
                return ":+N%|-N%";
        }
        return "";
}

/* Every action of FAMILY ("mic"), or all of them when there is none such. */
static int unknown(const struct parser *parser, const char *word, const char *family, size_t length) {
        char list[600] = "";
        bool known = false;

        for (size_t i = 0; i < N_OF(forms); i++)
                known = known ||
                        (strncmp(forms[i].name, family, length) == 0 && forms[i].name[length] == ':');
        for (size_t i = 0; i < N_OF(forms); i++) {
                const char *name = forms[i].name;

                if (known && (strncmp(name, family, length) != 0 || (name[length] && name[length] != ':')))
                        continue;
                snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s%s", *list ? ", " : "", name,
                         argument_form(forms[i].argument));
        }
        return mistake(parser, "there is no action '%s'; there is %s", word, list);
}

static int parse_percent(const struct parser *parser, struct action *action, const char *word,
                         const char *text) {
        _cleanup_free_ char *digits = strdup(text + (*text != '\0'));
        size_t length = digits ? strlen(digits) : 0;
        uint64_t percent;

        if (!digits)
                return -ENOMEM;
        if ((*text != '+' && *text != '-') || length == 0 || digits[length - 1] != '%')
                return mistake(parser, "'%s' takes a change such as +5%% or -5%%, or 'mute'", word);
        digits[length - 1] = '\0';
        if (parse_unsigned(digits, 1, 100, &percent) < 0)
                return mistake(parser, "'%s' takes a change of 1 to 100 percent", word);
        action->percent = *text == '-' ? -(int)percent : (int)percent;
        return 0;
}

/* TEXT is what follows the colon; NULL: there is none. */
static int parse_argument(const struct parser *parser, struct action *action, const char *word,
                          const char *text) {
        const struct form *form = &forms[action->kind];

        if (form->argument == PERCENT)
                return parse_percent(parser, action, word, text ? text : "");
        if (text && form->argument == NO_ARGUMENT)
                return mistake(parser, "nothing may follow '%s', but '%s' does", form->name, text);
        if (text && !*text)
                return mistake(parser, "something must follow the ':' of '%s'", word);
        if (form->argument == KEY && (!text || parser->checks->is_key(text) < 0))
                return mistake(parser, "'%s' must name one key, such as %s:f13", word, form->name);
        if (form->argument == CHORD && (!text || parser->checks->is_chord(text) < 0))
                return mistake(parser, "'%s' must name keys, such as %s:leftctrl+leftalt+delete", word,
                               form->name);
        if (!text)
                return 0;
        if (form->argument == MAYBE_SOURCE && strcmp(text, "@DEFAULT_SOURCE@") == 0)
                return 0;
        return replace_string(&action->argument, text);
}

/* The form whose name WORD is, or has before a colon; the longest such. */
static const struct form *find_form(const char *word) {
        const struct form *found = NULL;

        for (size_t i = 0; i < N_OF(forms); i++) {
                size_t length = strlen(forms[i].name);

                if (strncmp(word, forms[i].name, length) == 0 && (!word[length] || word[length] == ':') &&
                    (!found || length > strlen(found->name)))
                        found = &forms[i];
        }
        return found;
}

static int parse_word(const struct parser *parser, struct action *action, const char *word) {
        const struct form *form = find_form(word);
        const char *rest;

        if (!*word)
                return mistake(parser, "an action is missing: two commas in a row, or one at an end");
        if (!form)
                return unknown(parser, word, word, strcspn(word, ":"));
        rest = word + strlen(form->name);
        *action = (struct action){ .kind = (enum action_kind)(form - forms), .lasting = form->lasting };
        return parse_argument(parser, action, word, *rest ? rest + 1 : NULL);
}

static char *trim(char *text) {
        char *end;

        text += strspn(text, " \t");
        end = text + strlen(text);
        while (end > text && isspace((unsigned char)end[-1]))
                *--end = '\0';
        return text;
}

static size_t count_words(const char *text) {
        size_t n = 1;

        for (; *text; text++)
                n += *text == ',';
        return n;
}

int actions_parse(struct actions **ret, const char *text, const struct action_checks *checks, char *error,
                  size_t size) {
        const struct parser parser = { checks, error, size };
        _cleanup_(actions_freep) struct actions *actions = NULL;
        _cleanup_free_ char *copy = strdup(text);
        size_t n = count_words(text);
        char *rest = copy, *word;
        int r;

        actions = calloc(1, sizeof(*actions) + n * sizeof(*actions->list));
        if (!actions || !copy)
                return -ENOMEM;
        while ((word = strsep(&rest, ","))) {
                r = parse_word(&parser, &actions->list[actions->n++], trim(word));
                if (r < 0)
                        return r;
        }
        *ret = steal_ptr(actions);
        return 0;
}

struct actions *actions_free(struct actions *actions) {
        if (!actions)
                return NULL;
        for (size_t i = 0; i < actions->n; i++)
                free(actions->list[i].argument);
        free(actions);
        return NULL;
}

const char *action_name(enum action_kind kind) {
        return forms[kind].name;
}
