/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "input/chord.h"
#include "input/input.h"
#include "input/selector.h"

int input_check(enum config_kind kind, const char *text, char *why, size_t size) {
        _cleanup_(selector_freep) struct selector *selector = NULL;
        struct chord chord;

        switch (kind) {
        case CONFIG_PLAIN:
                return 0;
        case CONFIG_CHORD:
                return chord_parse(&chord, text);
        case CONFIG_DEVICES:
                return selector_new(&selector, text, why, size);
        }
        return -EINVAL;
}
