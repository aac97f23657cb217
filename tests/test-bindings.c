/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hotkeys of a real configuration file: what they become, and what is said about those that cannot be. */
#include "core/bindings.h"

#include <errno.h>

#include "core/check.h"
#include "tests/test.h"

static char reported[4096];

static void on_report(const char *message, void *userdata) {
        snprintf(reported + strlen(reported), sizeof(reported) - strlen(reported), "%s\n", message);
}

/* In a folder of its own each, since the tests run beside each other. */
static int load(struct bindings **ret, const char *text) {
        char path[] = "/tmp/bindings.XXXXXX";
        char *const paths[] = { path, NULL };
        const struct config_source source = { paths, true, check_option, on_report, NULL };
        _cleanup_(config_freep) struct config *config = NULL;
        int fd = mkstemp(path), r;

        CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
        close(fd);
        *reported = '\0';
        r = config_load(&config, &source);
        unlink(path);
        return r < 0 ? r : bindings_new(ret, config, "/home/u", on_report, NULL);
}

static void test_good(void) {
        _cleanup_(bindings_freep) struct bindings *bindings = NULL;
        char text[300];

        CHECK_EQ(load(&bindings,
                      "[hotkey talk]\nkeys = mouse:extra | f13\npress = mic:push-to-talk, host-key:f14\n"
                      "release-delay = 200ms\n"
                      "[hotkey shot]\nkeys = leftmeta+f12\nwhen = guest\nexec = ~/bin/shot 'a b'\n"
                      "release = volume:-5%, mumble:mute\n"),
                 0);
        CHECK_EQ(bindings->n, 2);
        CHECK(bindings->hotkeys[0].lasting);
        CHECK_EQ(bindings->hotkeys[0].release_delay, 200000);
        CHECK_EQ(bindings->hotkeys[0].when, WHEN_ANY);
        CHECK_STR(bindings->list[0].keys, "mouse:extra | f13");
        CHECK(!bindings->hotkeys[1].lasting);
        CHECK_EQ(bindings->hotkeys[1].when, WHEN_GUEST);
        CHECK_STR(bindings->list[1].exec[0], "/home/u/bin/shot");
        CHECK_STR(bindings->list[1].exec[1], "a b");
        bindings_describe(text, sizeof(text), &bindings->list[0]);
        CHECK_STR(text, "mic:push-to-talk, host-key:f14");
        bindings_describe(text, sizeof(text), &bindings->list[1]);
        CHECK_STR(text, "run /home/u/bin/shot; on release volume:-5%, mumble:mute");
}

/* WHAT is part of what is said of TEXT, which is refused. */
static void check_mistake(const char *text, const char *what) {
        _cleanup_(bindings_freep) struct bindings *bindings = NULL;

        CHECK_EQ(load(&bindings, text), -EINVAL);
        if (!strstr(reported, what))
                test_fail("of\n%sit is said\n%snot\n%s", text, reported, what);
}

static void test_mistakes(void) {
        check_mistake("[hotkey a]\npress = toggle\n", ":2: [hotkey a] has no keys; say which with 'keys ='");
        check_mistake("[hotkey a]\nkeys = f1\n", ":2: [hotkey a] does nothing; give it");
        check_mistake("[hotkey a]\nkeys = f1\nrelease = host-key:f2\n", "cannot begin with their release");
        check_mistake("[hotkey a]\nkeys = leftctrl+foo\n", ":2: 'keys': there is no key 'foo'");
        check_mistake("[hotkey a]\nkeys = f1 hold=x\n",
                      ":2: 'keys' cannot be 'f1 hold=x'; it takes keys such as");
        check_mistake("[hotkey a]\nkeys = f1\npress = fly\n",
                      ":3: 'press': there is no action 'fly'; there is toggle");
        check_mistake("[hotkey a]\nkeys = f1\nexec = 'x\n", ":3: 'exec': ");
        check_mistake("[hotkey a]\nkeys = rightctrl+leftctrl\npress = panic\n",
                      ":2: [hotkey a] has the keys of the toggle, leftctrl+rightctrl");
        check_mistake("[hotkey a]\nkeys = backspace+leftctrl+leftalt+leftshift\npress = toggle\n",
                      "has the panic keys");
        check_mistake("[hotkey a]\nkeys = f1|f2\npress = toggle\n[hotkey b]\nkeys = f2\npress = toggle\n",
                      ":5: [hotkey b] has keys of [hotkey a] in line 2, too");
        check_mistake("[input]\ntoggle = leftctrl+ctrl\n", ":2: 'toggle': there is no key 'ctrl'");
}

int main(void) {
        test_good();
        test_mistakes();
        return 0;
}
