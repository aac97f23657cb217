/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/chord.h"

#include <errno.h>

#include "input/check.h"
#include "tests/test.h"

static struct keys keys_of(const uint16_t *codes) {
        struct keys keys = { 0 };

        for (; *codes; codes++)
                keys_set(&keys, *codes, true);
        return keys;
}

#define KEYS(...) keys_of((const uint16_t[]){ __VA_ARGS__, 0 })

static void test_names(void) {
        static const struct {
                const char *text;
                uint16_t keys[CHORD_KEYS_MAX];
        } good[] = {
                { "leftctrl+rightctrl", { KEY_LEFTCTRL, KEY_RIGHTCTRL } },
                { "LeftCtrl+KEY_RIGHTCTRL", { KEY_LEFTCTRL, KEY_RIGHTCTRL } },
                { " leftctrl +\trightctrl ", { KEY_LEFTCTRL, KEY_RIGHTCTRL } },
                { "scrolllock", { KEY_SCROLLLOCK } },
                { "leftmeta+side", { KEY_LEFTMETA, BTN_SIDE } },
                { "left+btn_left", { KEY_LEFT, BTN_LEFT } },
                { "a+b+c+d+e+f+g+h", { KEY_A, KEY_B, KEY_C, KEY_D, KEY_E, KEY_F, KEY_G, KEY_H } },
        };

        for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
                struct chord chord;

                CHECK_EQ(chord_parse(&chord, good[i].text), 0);
                for (unsigned k = 0; k < CHORD_KEYS_MAX; k++)
                        CHECK_EQ(k < chord.n ? chord.keys[k] : 0, good[i].keys[k]);
        }
}

static void test_bad_names(void) {
        static const char *const bad[] = {
                "",
                "+",
                "a+",
                "+a",
                "a++b",
                "a b",
                "a,b",
                "nosuchkey",
                "a+A",
                "key_reserved",
                "max",
                "rel_x",
                "a+b+c+d+e+f+g+h+i",
                "a+key_",
                "277",
                "leftctrl+rightctrl+",
                "a_name_that_is_longer_than_any_name_the_kernel_has_for_a_key_or_a_button",
        };

        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
                struct chord chord = { .n = 77 };

                if (chord_parse(&chord, bad[i]) != -EINVAL)
                        test_fail("'%s' was taken", bad[i]);
                CHECK_EQ(chord.n, 77); /* untouched */
                CHECK_EQ(input_check(CONFIG_CHORD, bad[i], NULL, 0), -EINVAL);
        }
        CHECK_EQ(input_check(CONFIG_CHORD, "leftctrl+rightctrl", NULL, 0), 0);
}

static void test_match(void) {
        struct keys none = { 0 }, left = KEYS(KEY_LEFTCTRL), other = KEYS(KEY_W, BTN_LEFT);
        struct keys both = KEYS(KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_W), right = KEYS(KEY_RIGHTCTRL, KEY_W);
        struct chord chord, nothing = { 0 };

        CHECK_EQ(chord_parse(&chord, "leftctrl+rightctrl"), 0);
        CHECK(!chord_completed_by(&chord, KEY_LEFTCTRL, &none));
        CHECK(!chord_completed_by(&chord, KEY_LEFTCTRL, &other));
        CHECK(chord_completed_by(&chord, KEY_RIGHTCTRL, &left));
        CHECK(chord_completed_by(&chord, KEY_LEFTCTRL, &right));
        CHECK(!chord_completed_by(&chord, KEY_W, &both));
        CHECK(chord_held(&chord, &both));
        CHECK(!chord_held(&chord, &left));
        CHECK(!chord_held(&nothing, &both));
        CHECK(!chord_completed_by(&nothing, KEY_A, &both));
}

static void test_names_of_keys(void) {
        static const struct {
                uint16_t code;
                const char *name;
        } names[] = {
                { KEY_F13, "f13" },           { KEY_LEFT, "left" }, { BTN_LEFT, "mouse:left" },
                { BTN_EXTRA, "mouse:extra" }, { 0x2e8, "%744" },    { BTN_TOUCH, "btn_touch" },
        };

        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
                struct chord chord;
                char name[32];

                chord_key_name(name, sizeof(name), names[i].code);
                CHECK_STR(name, names[i].name);
                CHECK_EQ(chord_parse(&chord, name), 0);
                CHECK_EQ(chord.keys[0], names[i].code);
        }
}

int main(void) {
        test_names_of_keys();
        test_names();
        test_bad_names();
        test_match();
        return 0;
}
