/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/hotkey.h"

#include <errno.h>
#include <string.h>

#include "core/cleanup.h"
#include "core/parse.h"

#define BLANKS " \t"

static int parse_gesture(struct hotkey_trigger *trigger, const char *text) {
        static const struct {
                const char *name;
                enum hotkey_gesture gesture;
        } gestures[] = { { "hold=", GESTURE_HOLD }, { "double=", GESTURE_DOUBLE } };

        for (size_t i = 0; i < sizeof(gestures) / sizeof(*gestures); i++) {
                size_t length = strlen(gestures[i].name);

                if (strncmp(text, gestures[i].name, length) != 0)
                        continue;
                trigger->gesture = gestures[i].gesture;
                return parse_span(text + length, &trigger->usec);
        }
        return -EINVAL;
}

/* Cuts a gesture off the end of TEXT; NULL: it has none. */
static const char *cut_gesture(char *text) {
        char *equals = strrchr(text, '='), *word;

        if (!equals)
                return NULL;
        for (word = equals; word > text && !strchr(BLANKS, word[-1]);)
                word--;
        if (word == text)
                return NULL; /* a gesture of nothing: chord_parse() will not like it */
        word[-1] = '\0';
        word[strcspn(word, BLANKS)] = '\0';
        return word;
}

static int parse_trigger(struct hotkey_trigger *ret, char *text) {
        struct hotkey_trigger trigger = { .gesture = GESTURE_PRESS };
        const char *gesture = cut_gesture(text);
        int r;

        r = chord_parse(&trigger.chord, text);
        if (r < 0)
                return r;
        if (gesture && (parse_gesture(&trigger, gesture) < 0 || trigger.usec == 0))
                return -EINVAL;
        *ret = trigger;
        return 0;
}

int hotkey_parse(struct hotkey *ret, const char *text) {
        _cleanup_free_ char *copy = strdup(text);
        struct hotkey hotkey = *ret;
        char *rest = copy;
        int r;

        if (!copy)
                return -ENOMEM;
        for (hotkey.n_triggers = 0; rest; hotkey.n_triggers++) {
                char *alternative = strsep(&rest, "|");

                if (hotkey.n_triggers == HOTKEY_TRIGGERS_MAX)
                        return -E2BIG;
                r = parse_trigger(&hotkey.triggers[hotkey.n_triggers], alternative);
                if (r < 0)
                        return r;
        }
        *ret = hotkey;
        return 0;
}

bool hotkey_conflicts(const struct hotkey *a, const struct hotkey *b) {
        if (!(a->when & b->when))
                return false;
        for (size_t i = 0; i < a->n_triggers; i++)
                for (size_t j = 0; j < b->n_triggers; j++)
                        if (a->triggers[i].gesture == b->triggers[j].gesture &&
                            chord_equal(&a->triggers[i].chord, &b->triggers[j].chord))
                                return true;
        return false;
}
