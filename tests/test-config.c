/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real files through the real parser: what is taken, and what is said about what is not. */
#include "core/config.h"

#include <errno.h>
#include <syslog.h>

#include "tests/test.h"

static char reported[8192];

static void on_report(const char *message, void *userdata) {
        snprintf(reported + strlen(reported), sizeof(reported) - strlen(reported), "%s\n", message);
}

/* A chord has a plus, and one word is no device. */
static int check(enum config_kind kind, const char *text, char *why, size_t size) {
        if (kind == CONFIG_CHORD || kind == CONFIG_HOTKEY)
                return strchr(text, '+') ? 0 : -EINVAL;
        snprintf(why, size, "'wrong' says no device");
        return strstr(text, "wrong") ? -EINVAL : 0;
}

static char *write_file(const char *name, const char *text) {
        static char path[4][200];
        static unsigned turn;
        char *place = path[turn++ % 4];
        FILE *file;

        snprintf(place, sizeof(path[0]), "%s.%d.conf", name, getpid());
        file = fopen(place, "we");
        CHECK(file);
        fputs(text, file);
        fclose(file);
        return place;
}

static int load(struct config **ret, char *first, char *second, bool must_exist) {
        char *const paths[] = { first, second, NULL };
        const struct config_source source = { paths, must_exist, check, on_report, NULL };

        reported[0] = '\0';
        return config_load(ret, &source);
}

static void test_defaults(void) {
        _cleanup_(config_freep) struct config *config = NULL;

        CHECK_EQ(load(&config, "/nonexistent/pillion.conf", NULL, false), 0);
        CHECK_STR(reported, "");
        CHECK(!config->guest_domain);
        CHECK_STR(config->guest_uri, "qemu:///system");
        CHECK_STR(config->input_toggle, "leftctrl+rightctrl");
        CHECK_STR(config->input_devices, "all-keyboards all-mice");
        CHECK(!config->input_host_devices);
        CHECK_EQ(config->guest_shutdown_timeout, 90000000);
        CHECK(!config->guest_keep_hardware);
        CHECK_EQ(config->log_level, LOG_INFO);
        CHECK_EQ(load(&config, "/nonexistent/pillion.conf", NULL, true), -ENOENT);
        CHECK_STR(reported, "/nonexistent/pillion.conf: cannot be read: No such file or directory\n");
}

static void test_later_file_wins(void) {
        char *system =
                write_file("system", "[guest]\ndomain = a\nuri = qemu:///session\n[audio]\nshmem = off\n");
        char *user = write_file("user", "; mine\n[guest]\ndomain = win10 ; inline\n\n[log]\nlevel=debug\n");
        _cleanup_(config_freep) struct config *config = NULL;

        CHECK_EQ(load(&config, system, user, true), 0);
        CHECK_STR(config->guest_domain, "win10");
        CHECK_STR(config->guest_uri, "qemu:///session");
        CHECK_STR(config->audio_shmem, "off");
        CHECK_EQ(config->log_level, LOG_DEBUG);
        unlink(system);
        unlink(user);
}

/* Loads TEXT, which has one mistake, and compares what is said about it, after the file's name. */
static void check_mistake(const char *text, const char *said) {
        _cleanup_(config_freep) struct config *config = NULL;
        char *path = write_file("bad", text);
        char expected[900];

        snprintf(expected, sizeof(expected), "%s:%s\n", path, said);
        CHECK_EQ(load(&config, path, NULL, true), -EINVAL);
        CHECK(!config);
        CHECK_STR(reported, expected);
        unlink(path);
}

#define DEVICES                                                                                              \
        "all-keyboards, all-mice, 046d:c52b (vendor and product), name:GLOB, phys:GLOB and paths under "     \
        "/dev/input, with blanks in between; '!' before one leaves out what it matches"

static void test_mistakes(void) {
        char text[600];

        check_mistake(
                "[guest]\n\ndomian = x\n",
                "3: [guest] has no option 'domian'; it has domain, uri, shutdown-timeout, keep-hardware");
        check_mistake("[input]\ntarget = x\n",
                      "2: 'target' does not belong in [input]; put it under [audio]");
        check_mistake("[sound]\nloudness = 3\n", "2: there is no section [sound]; the sections are [guest], "
                                                 "[input], [hotkey NAME], [audio], [notify], [tray], [log]");
        check_mistake("foo = x\n", "1: 'foo' stands before the first section; the sections are [guest], "
                                   "[input], [hotkey NAME], [audio], [notify], [tray], [log]");
        check_mistake("[guest]\nshutdown-timeout = soon\n",
                      "2: 'shutdown-timeout' cannot be 'soon'; it takes a time such as 90s or 2min");
        check_mistake(
                "[input]\ntoggle = f13\n",
                "2: 'toggle' cannot be 'f13'; it takes key names joined by '+', such as leftctrl+rightctrl");
        check_mistake(
                "[input]\nkeyboard = auto\n",
                "2: 'keyboard' has been replaced by 'devices', which lists keyboards and mice; 'auto' is "
                "now all-keyboards, and paths are as before");
        check_mistake(
                "[input]\nmouse = /dev/input/mine\n",
                "2: 'mouse' has been replaced by 'devices', which lists keyboards and mice; 'auto' is now "
                "all-mice, and paths are as before");
        check_mistake("[input]\nhost-devices = all-mice name:pedal wrong\n",
                      "2: 'host-devices': 'wrong' says no device; it takes " DEVICES);
        check_mistake("[guest]\ndomain = a\ndomain = b\n",
                      "3: 'domain' was already given in line 2; keep one of the two");
        check_mistake("[guest]\ndomain\n",
                      "2: this is neither '[section]' nor 'option = value' nor a comment");
        check_mistake("[guest]\ndomain =\n",
                      "2: 'domain' cannot be ''; it takes the name of a libvirt domain");

        memset(text, 'x', sizeof(text));
        memcpy(text, "[guest]\ndomain = ", 17);
        text[sizeof(text) - 1] = '\0';
        check_mistake(text, "2: the line is too long; 197 characters are the most");
}

/* What neither an editor nor a terminal shows, but a program would be told. */
static void test_control(void) {
        static const char text[] = "[guest]\ndomain = a\0b\nuri = x\n";
        _cleanup_(config_freep) struct config *config = NULL;
        char *path = write_file("zero", "");
        FILE *file = fopen(path, "we");

        check_mistake("[guest]\ndomain = a\x1b[2J\nuri = x\n",
                      "2: there is a control character in the line; write it anew");
        check_mistake("[guest]\ndomain = a\rb\n",
                      "2: there is a control character in the line; write it anew");
        fwrite(text, 1, sizeof(text) - 1, file);
        fclose(file);
        CHECK_EQ(load(&config, path, NULL, true), -EINVAL);
        CHECK(strstr(reported, ":2: there is a control character"));
        CHECK(!strstr(reported, ":3:"));
        unlink(path);
        path = write_file("crlf", "[guest]\r\ndomain = a\r\nuri = x");
        CHECK_EQ(load(&config, path, NULL, true), 0);
        CHECK_STR(config->guest_domain, "a");
        CHECK_STR(config->guest_uri, "x");
        unlink(path);
}

/* inih would take the second for more of the first. */
static void test_indented(void) {
        char *path = write_file("indented", "[guest]\n  domain = a\n\t uri = qemu:///session\n");
        _cleanup_(config_freep) struct config *config = NULL;

        CHECK_EQ(load(&config, path, NULL, true), 0);
        CHECK_STR(config->guest_domain, "a");
        CHECK_STR(config->guest_uri, "qemu:///session");
        unlink(path);
}

static void test_every_mistake_is_said(void) {
        char *path = write_file("many", "[guest]\nx = 1\n[log]\nlevel = loud\nhm\n");
        _cleanup_(config_freep) struct config *config = NULL;

        CHECK_EQ(load(&config, path, NULL, true), -EINVAL);
        CHECK(strstr(reported, ":2: [guest] has no option 'x'"));
        CHECK(strstr(reported, ":4: 'level' cannot be 'loud'"));
        CHECK(strstr(reported, ":5: this is neither"));
        unlink(path);
}

/* Help and manual come from the table: every option is in both. */
static void test_texts(void) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        config_print_help(out);
        config_print_manual(out);
        fclose(out);
        CHECK(strstr(text, "  shutdown-timeout = 90s\n"));
        CHECK(strstr(text, "## [audio]\n"));
        CHECK(strstr(text, "*udp-group =*\n\t"));
        CHECK(strstr(text, "Default: qemu:///system.\n"));
        CHECK(strstr(text, "  domain = (unset)\n"));
        free(text);
}

static void test_hotkeys(void) {
        _cleanup_(config_freep) struct config *config = NULL;
        char *system = write_file("system", "[hotkey talk]\nkeys = mouse:extra+f1\nlongest = 2min\n"
                                            "[hotkey shot]\nkeys = a+b\nexec = grim x.png\n");
        char *user = write_file("user", "[hotkey talk]\nwhen = guest\npass = yes\nlongest = 1min\n");

        CHECK_EQ(load(&config, system, user, true), 0);
        CHECK_EQ(config->n_hotkeys, 2);
        CHECK_STR(config->hotkeys[0].name, "talk");
        CHECK_STR(config->hotkeys[0].keys, "mouse:extra+f1");
        CHECK_EQ(config->hotkeys[0].when, CONFIG_WHEN_GUEST);
        CHECK(config->hotkeys[0].pass);
        CHECK_EQ(config->hotkeys[0].longest, 60000000);
        CHECK_STR(config->hotkeys[1].exec, "grim x.png");
        CHECK_EQ(config->hotkeys[1].when, CONFIG_WHEN_HOST | CONFIG_WHEN_GUEST);
        CHECK_EQ(config->hotkeys[1].line, 5);
        unlink(system);
        unlink(user);

        check_mistake("[hotkey a]\nkeys = x+y\nkeys = x+y\n",
                      "3: 'keys' was already given in line 2; keep one of the two");
        check_mistake("[hotkey a]\nexec = one ; two\n",
                      "2: what follows a blank and ';' is a comment, and no shell would see it; put several "
                      "commands into a script");
        check_mistake("[hotkey a]\nwhen = never\n",
                      "2: 'when' cannot be 'never'; it takes host, guest or any");
}

int main(void) {
        test_defaults();
        test_later_file_wins();
        test_hotkeys();
        test_mistakes();
        test_control();
        test_indented();
        test_every_mistake_is_said();
        test_texts();
        return 0;
}
