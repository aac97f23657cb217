/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of a node that cannot be used: what, which, and what to do. */
#include "input/advice.h"

#include <errno.h>

#include "tests/test.h"

static bool says(const char *path, int error, const char *words) {
        struct trouble trouble = { 0 };
        char text[512];

        CHECK(trouble_set(&trouble, path, "the keyboard 'K120'", error));
        CHECK(!trouble_set(&trouble, path, "the keyboard 'K120'", error));
        advise_trouble(text, sizeof(text), &trouble, NULL);
        return strstr(text, words);
}

/* Whoever wants to make a device hears the same of a kernel that has no uinput. */
static void test_no_uinput(void) {
        CHECK(says("/dev/uinput", -ENOENT, "run 'modprobe uinput'"));
        CHECK(says("/dev/uinput", -ENODEV, "run 'modprobe uinput'"));
        CHECK(says("/dev/uinput", -ENXIO, "run 'modprobe uinput'"));
        CHECK(says("/dev/uinput", -ENOMEM, "Cannot use /dev/uinput, the keyboard 'K120'"));
        CHECK(says("/dev/input/event3", -ENODEV, "Cannot use /dev/input/event3"));
}

static void test_grabbed(void) {
        CHECK(says("/dev/input/event3", -EBUSY, "is grabbed by another program"));
}

int main(void) {
        test_no_uinput();
        test_grabbed();
        return 0;
}
