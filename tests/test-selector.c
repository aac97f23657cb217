/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of devices: what is taken for one, and what it selects of a desk full of them. */
#include "input/selector.h"

#include <errno.h>

#include "tests/test.h"

static const struct discovered keyboard = {
        .path = "/dev/input/event3",
        .name = "Das Keyboard 4",
        .phys = "usb-0000:00:14.0-2/input0",
        .uniq = "",
        .links = (const char *const[]){ "/dev/input/by-id/usb-Das-event-kbd",
                                        "/dev/input/by-path/pci-0000:00:14.0-usb-0:2:1.0-event-kbd", NULL },
        .vendor = 0x24f0,
        .product = 0x0140,
        .keyboard = true,
        .keys = true,
};
static const struct discovered mouse = {
        .path = "/dev/input/event4",
        .name = "Logitech USB Receiver [G]",
        .phys = "usb-0000:00:14.0-3/input1",
        .uniq = "",
        .vendor = 0x046d,
        .product = 0xc52b,
        .mouse = true,
        .keys = true,
        .motion = true,
};
static const struct discovered pedal = {
        .path = "/dev/input/event14",
        .name = "PCsensor FootSwitch",
        .phys = "",
        .uniq = "",
        .vendor = 0x000a,
        .product = 0x0001,
        .keys = true,
};

static const struct discovered *const desk[] = { &keyboard, &mouse, &pedal };

static struct selector *parse(const char *text) {
        struct selector *selector = NULL;
        char why[200] = "";

        if (selector_new(&selector, text, why, sizeof(why)) != 0)
                test_fail("'%s' was not taken: %s", text, why);
        return selector;
}

/* What each of the desk's devices is to a list: '-' none, 'x' excluded, 'k' of its kind, 'n' named. */
static void test_selections(void) {
        static const struct {
                const char *list, *expected;
        } cases[] = {
                { "", "---" },
                { " \t", "---" },
                { "all-keyboards", "k--" },
                { "all-mice", "-k-" },
                { "all-keyboards\tall-mice ", "kk-" },
                { "046d:c52b", "-n-" },
                { "46D:C52B", "-n-" },
                { "a:1", "--n" },
                { "000a:0001", "--n" },
                { "046d:c52c", "---" },
                { "c52b:046d", "---" },
                { "name:\"Das Keyboard 4\"", "n--" },
                { "name:'das KEYBOARD*'", "n--" },
                { "\"name:Das Keyboard 4\"", "n--" },
                { "name:Das\" \"K*", "n--" },
                { "name:das", "---" },
                { "name:*", "nnn" },
                { "name:*[[]g]", "-n-" },
                { "name:*'\\[G\\]'", "-n-" },
                { "phys:usb-0000:00:14.0-2/*", "n--" },
                { "phys:usb-*", "nn-" },
                { "phys:USB-*", "---" },
                { "phys:?*", "nn-" },
                { "/dev/input/event3", "n--" },
                { "/dev/input/event1", "---" },
                { "/dev/input/event[34]", "nn-" },
                { "/dev/input/*", "nnn" },
                { "/dev/input/by-id/usb-Das-event-kbd", "n--" },
                { "/dev/input/by-id/*-kbd", "n--" },
                { "/dev/input/by-path/*usb-0:2:*", "n--" },
                { "/dev/input/by-id/usb-das-event-kbd", "---" },
                { "all-keyboards name:Das*", "n--" },
                { "name:Das* all-keyboards", "n--" },
                { "all-keyboards all-mice !name:*receiver*", "kx-" },
                { "!name:*receiver* all-keyboards all-mice", "kx-" },
                { "name:*Receiver* !046d:c52b", "-x-" },
                { "name:* !all-mice", "nxn" },
                { "all-mice !/dev/input/by-id/*Das*", "xk-" },
                { "all-mice !\"name:Das Keyboard 4\"", "xk-" },
        };
        static const char letters[] = { [SELECTION_NONE] = '-',
                                        [SELECTION_EXCLUDED] = 'x',
                                        [SELECTION_KIND] = 'k',
                                        [SELECTION_NAMED] = 'n' };

        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                _cleanup_(selector_freep) struct selector *selector = parse(cases[i].list);
                char seen[4] = "";

                for (size_t d = 0; d < 3; d++)
                        seen[d] = letters[selector_select(selector, desk[d])];
                if (strcmp(seen, cases[i].expected) != 0)
                        test_fail("'%s' selects %s, not %s", cases[i].list, seen, cases[i].expected);
        }
}

static void test_mistakes(void) {
        static const struct {
                const char *list, *why;
        } cases[] = {
                { "all-keyboard", "'all-keyboard' says no device" },
                { "auto", "'auto' says no device" },
                { "All-Mice", "'All-Mice' says no device" },
                { "all-mice,all-keyboards", "'all-mice,all-keyboards' says no device" },
                { "all-mice nmae:x", "'nmae:x' says no device" },
                { "name:", "'name:' says no device" },
                { "phys:''", "'phys:' says no device" },
                { "046d:", "'046d:' says no device" },
                { ":c52b", "':c52b' says no device" },
                { "046d:c52b:1", "'046d:c52b:1' says no device" },
                { "0046d:c52b", "'0046d:c52b' says no device" },
                { "046g:c52b", "'046g:c52b' says no device" },
                { "046d:*", "'046d:*' says no device" },
                { "/dev/input/", "'/dev/input/' says no device" },
                { "/dev/uinput", "'/dev/uinput' says no device" },
                { "all-mice !", "'!' says no device" },
                { "all-mice !!all-mice", "'!!all-mice' says no device" },
                { "all-mice ! name:x", "'!' says no device" },
                { "name:Das Keyboard", "'Keyboard' says no device" },
                { "name:\"Das Keyboard", "the quote before 'name:Das Keyboard' is not closed" },
                { "all-mice '", "the quote before '' is not closed" },
                { "!name:x", "it only leaves out, and says nothing to leave it out of" },
        };

        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                struct selector *selector = NULL;
                char why[200] = "";

                if (selector_new(&selector, cases[i].list, why, sizeof(why)) != -EINVAL)
                        test_fail("'%s' was taken", cases[i].list);
                CHECK(!selector);
                CHECK_STR(why, cases[i].why);
        }
}

static void test_unmet(void) {
        _cleanup_(discovered_freep) struct discovered *one = NULL;
        _cleanup_(selector_freep) struct selector *selector =
                parse("all-mice !a:1 name:Das* name:\"No such\"");

        CHECK_EQ(discovered_copy(&one, &keyboard), 0);
        CHECK_STR(selector_unmet(selector, &one, 0), "name:Das*");
        CHECK_STR(selector_unmet(selector, &one, 1), "name:No such");
        selector_free(steal_ptr(selector));
        selector = parse("all-mice name:Das* !b:2");
        CHECK(!selector_unmet(selector, &one, 1));
        CHECK(selector_has_all_mice(selector));
        CHECK(!selector_has_all_keyboards(selector));
        selector_free(steal_ptr(selector));
        selector = parse("all-keyboards !all-mice");
        CHECK(!selector_has_all_mice(selector));
        CHECK(selector_has_all_keyboards(selector));
}

int main(void) {
        test_selections();
        test_mistakes();
        test_unmet();
        return 0;
}
