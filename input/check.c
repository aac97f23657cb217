/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "input/chord.h"
#include "input/hotkey.h"
#include "input/selector.h"

/* The first word that would be a key but is none, told through WHY; what else is wrong the form of the option
 * tells. */
static int explain(const char *text, char *why, size_t size) {
        _cleanup_free_ char *copy = strdup(text);
        char *rest = copy, *word;
        struct chord chord;

        while (rest && (word = strsep(&rest, "+| \t")))
                if (*word && !strchr(word, '=') && chord_parse(&chord, word) < 0) {
                        snprintf(why, size, "there is no key '%s' ('pillion keys' shows the names)", word);
                        break;
                }
        return -EINVAL;
}

int input_check(enum config_kind kind, const char *text, char *why, size_t size) {
        _cleanup_(selector_freep) struct selector *selector = NULL;
        struct hotkey hotkey = { 0 };
        struct chord chord;

        switch (kind) {
        case CONFIG_PLAIN:
        case CONFIG_ACTIONS:
        case CONFIG_COMMAND:
                return 0;
        case CONFIG_HOTKEY:
                return hotkey_parse(&hotkey, text) < 0 ? explain(text, why, size) : 0;
        case CONFIG_CHORD:
                return chord_parse(&chord, text) < 0 ? explain(text, why, size) : 0;
        case CONFIG_DEVICES:
                return selector_new(&selector, text, why, size);
        }
        return -EINVAL;
}
