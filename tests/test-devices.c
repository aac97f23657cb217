/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What pillion-devices gives and to whom, to the last case. */
#include "input/devices-judge.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <systemd/sd-login.h>

#include "input/devices-config.h"
#include "input/devices-screen.h"
#include "tests/root.h"
#include "tests/test.h"

static void test_paths(void) {
        static const char *const good[] = { "/dev/input/event0", "/dev/input/event9", "/dev/input/event10",
                                            "/dev/input/event1234567" };
        static const char *const bad[] = {
                "",
                "/",
                "/dev/input/event",
                "/dev/input/event00",
                "/dev/input/event01",
                "/dev/input/event1x",
                "/dev/input/event1/",
                "/dev/input/event 1",
                "/dev/input/event-1",
                "/dev/input/event12345678",
                "/dev/input/event0/../../sda",
                "/dev/input/../sda",
                "/dev/input//event0",
                "/dev/./input/event0",
                "/dev/input/by-id/usb-kbd",
                "/dev/input/mouse0",
                "/dev/input/js0",
                "/dev/uinput",
                "/dev/sda",
                "dev/input/event0",
                "event0",
                "/tmp/dev/input/event0",
        };

        for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
                if (!devices_is_event_path(good[i]))
                        test_fail("'%s' is refused", good[i]);
        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
                if (devices_is_event_path(bad[i]))
                        test_fail("'%s' is taken", bad[i]);
}

static const struct discovered keyboard = { .path = "/dev/input/event0",
                                            .name = "K120",
                                            .uniq = "",
                                            .phys = "usb-0000:00:14.0-2/input0",
                                            .vendor = 0x046d,
                                            .product = 0xc31c,
                                            .keyboard = true,
                                            .keys = true };
static const struct discovered volume = { .path = "/dev/input/event1",
                                          .name = "K120 Consumer Control",
                                          .uniq = "",
                                          .phys = "usb-0000:00:14.0-2/input1",
                                          .vendor = 0x046d,
                                          .product = 0xc31c,
                                          .keys = true };
static const struct discovered mouse = { .path = "/dev/input/event2",
                                         .name = "M90",
                                         .uniq = "",
                                         .phys = "usb-0000:00:14.0-3/input0",
                                         .vendor = 0x046d,
                                         .product = 0xc05a,
                                         .mouse = true,
                                         .keys = true,
                                         .motion = true };
static const struct discovered pad = { .path = "/dev/input/event3",
                                       .name = "Pad",
                                       .uniq = "",
                                       .phys = "usb-0000:00:14.0-4/input0",
                                       .vendor = 0x045e,
                                       .product = 0x028e,
                                       .keys = true,
                                       .positions = true };

static struct devices_node evdev(void) {
        return (struct devices_node){ .mode = S_IFCHR | 0660, .rdev = makedev(13, 64) };
}

/* All of the above are on the desk. */
static enum devices_verdict judge(const char *list, const struct discovered *found) {
        const struct desk_lists lists = { .follow = list };
        const struct devices_node node = evdev();
        _cleanup_(desk_freep) struct desk *desk = NULL;

        CHECK_EQ(desk_new(&desk), 0);
        CHECK_EQ(desk_configure(desk, &lists), 0);
        CHECK_EQ(desk_put(desk, &keyboard), 0);
        CHECK_EQ(desk_put(desk, &volume), 0);
        CHECK_EQ(desk_put(desk, &mouse), 0);
        CHECK_EQ(desk_put(desk, &pad), 0);
        return devices_judge(&node, found, desk, 1000);
}

static void test_numbers(void) {
        static const struct {
                mode_t type;
                unsigned major, minor;
                bool evdev;
        } nodes[] = {
                { S_IFCHR, 13, 64, true },   { S_IFCHR, 13, 95, true },   { S_IFCHR, 13, 256, true },
                { S_IFCHR, 13, 1023, true }, { S_IFCHR, 13, 63, false },  { S_IFCHR, 13, 0, false },
                { S_IFCHR, 13, 32, false },  { S_IFCHR, 13, 96, false },  { S_IFCHR, 13, 255, false },
                { S_IFCHR, 10, 64, false },  { S_IFCHR, 10, 223, false }, { S_IFBLK, 13, 64, false },
                { S_IFLNK, 13, 64, false },  { S_IFREG, 13, 64, false },  { S_IFIFO, 13, 64, false },
                { S_IFSOCK, 13, 64, false }, { S_IFDIR, 13, 64, false },  { S_IFBLK, 8, 0, false },
        };

        for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
                const struct devices_node node = { .mode = nodes[i].type | 0660,
                                                   .rdev = makedev(nodes[i].major, nodes[i].minor) };

                CHECK_EQ(devices_is_evdev(&node), nodes[i].evdev);
                CHECK(nodes[i].evdev || devices_judge(&node, &keyboard, NULL, 1000) == DEVICES_NO_EVENTS);
        }
}

static void test_uinput(void) {
        struct devices_node node = { .mode = S_IFCHR | 0600, .rdev = makedev(10, 223) };

        CHECK(devices_is_uinput(&node));
        node.rdev = makedev(10, 130); /* the watchdog */
        CHECK(!devices_is_uinput(&node));
        node = (struct devices_node){ .mode = S_IFBLK | 0600, .rdev = makedev(10, 223) };
        CHECK(!devices_is_uinput(&node));
        node = evdev();
        CHECK(!devices_is_uinput(&node));
}

static void test_lists(void) {
        static const char all[] = "all-keyboards all-mice";

        CHECK_EQ(judge(all, &keyboard), DEVICES_GIVE);
        CHECK_EQ(judge(all, &volume), DEVICES_GIVE); /* for the keyboard it is a part of */
        CHECK_EQ(judge(all, &mouse), DEVICES_GIVE);
        CHECK_EQ(judge(all, &pad), DEVICES_NOT_CONFIGURED);
        CHECK_EQ(judge("all-mice", &keyboard), DEVICES_NOT_CONFIGURED);
        CHECK_EQ(judge("all-mice", &volume), DEVICES_NOT_CONFIGURED);
        CHECK_EQ(judge("all-keyboards !name:*Consumer*", &volume), DEVICES_NOT_CONFIGURED);
        CHECK_EQ(judge("", &keyboard), DEVICES_NOT_CONFIGURED);
        CHECK_EQ(judge("045e:028e", &pad), DEVICES_GIVE); /* by name even that */
}

/* To uid 1000. */
static void test_ours_and_early(void) {
        static const struct {
                const char *phys;
                enum devices_verdict verdict;
        } sinks[] = {
                { "pillion/1000/win10/kbd", DEVICES_OWN },
                { "pillion/1000/1001/mouse", DEVICES_OWN },
                { "pillion/1001/win10/kbd", DEVICES_OURS },
                { "pillion/0/win10/kbd", DEVICES_OURS },
                { "pillion/100/win10/kbd", DEVICES_OURS },
                { "pillion/10000/win10/kbd", DEVICES_OURS },
                { "pillion/01000/win10/kbd", DEVICES_OURS },
                { "pillion/+1000/win10/kbd", DEVICES_OURS },
                { "pillion//1000/win10/kbd", DEVICES_OURS },
                { "pillion/1001/1000/kbd", DEVICES_OURS },
                { "pillion/win10/kbd", DEVICES_OURS },
                { "pillion/host/keys", DEVICES_OURS },
                { "pillion/1000", DEVICES_OURS },
                { "pillion/", DEVICES_OURS },
        };

        for (size_t i = 0; i < sizeof(sinks) / sizeof(*sinks); i++) {
                struct discovered sink = keyboard;

                sink.phys = sinks[i].phys;
                sink.ours = true;
                CHECK_EQ(judge("all-keyboards", &sink), sinks[i].verdict);
                CHECK_EQ(judge("", &sink), sinks[i].verdict); /* root's list is of what people type on */
        }
        CHECK_EQ(judge("all-keyboards", NULL), DEVICES_EARLY);
        CHECK(devices_is_own("pillion/0/win10/kbd", 0));
        CHECK(devices_is_own("pillion/4294967295/win10/kbd", 4294967295U));
        CHECK(!devices_is_own("usb-0000:00:14.0-2/input0", 1000));
        CHECK(!devices_is_own("", 0));
}

static void test_gives(void) {
        for (enum devices_verdict verdict = DEVICES_GIVE; verdict <= DEVICES_NOT_CONFIGURED; verdict++)
                CHECK_EQ(devices_gives(verdict), verdict == DEVICES_GIVE || verdict == DEVICES_OWN);
}

static void test_callers(void) {
        static const struct {
                struct devices_caller caller;
                bool is;
                const char *says;
        } callers[] = {
                { { 1000, "pilliond.service", true }, true, "" },
                { { 0, "pilliond.service", true }, true, "" },
                { { 1000, "pilliond.service", false }, false, "restart pilliond" },
                { { 1000, NULL, true }, false, "start pilliond" },
                { { 1000, "", true }, false, "start pilliond" },
                { { 1000, "pilliond.service.d", true }, false, "start pilliond" },
                { { 1000, "app-pilliond.service", true }, false, "start pilliond" },
                { { 0, NULL, false }, false, "installed pilliond" },
        };

        for (size_t i = 0; i < sizeof(callers) / sizeof(*callers); i++) {
                char why[300] = "";

                CHECK_EQ(devices_is_pilliond(&callers[i].caller, why, sizeof(why)), callers[i].is);
                CHECK(strstr(why, callers[i].says));
                CHECK(callers[i].is == (*why == '\0'));
        }
}

static void test_explains(void) {
        for (enum devices_verdict verdict = DEVICES_GIVE; verdict <= DEVICES_NOT_CONFIGURED; verdict++) {
                char text[300] = "";

                devices_explain(text, sizeof(text), verdict, "/dev/input/event3");
                CHECK(strstr(text, "/dev/input/event3"));
                CHECK(!strchr(text, '\n'));
        }
}

static void test_trust(void) {
        static const struct {
                mode_t mode;
                uid_t uid;
                bool trusted;
        } files[] = {
                { S_IFREG | 0644, 0, true },  { S_IFREG | 0600, 0, true },     { S_IFREG | 0664, 0, false },
                { S_IFREG | 0646, 0, false }, { S_IFREG | 0644, 1000, false }, { S_IFDIR | 0755, 0, false },
                { S_IFIFO | 0644, 0, false },
        };

        for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
                const struct stat st = { .st_mode = files[i].mode, .st_uid = files[i].uid };

                CHECK_EQ(devices_trusts(&st), files[i].trusted);
        }
}

/* 0: TEXT lets MOUSE be given; 1: it does not; or a negative errno, and WHY. */
static int load(const char *text, char *why, size_t size) {
        char path[] = "/tmp/pillion-devices.XXXXXX";
        const struct devices_node node = evdev();
        _cleanup_(desk_freep) struct desk *desk = NULL;
        int fd = mkstemp(path), r;

        CHECK(fd >= 0);
        CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
        CHECK_EQ(fchmod(fd, 0644), 0);
        close(fd);
        r = devices_config_load(path, &desk, why, size);
        unlink(path);
        CHECK(r < 0 || desk);
        return r < 0 ? r : devices_judge(&node, &mouse, desk, 1000) != DEVICES_GIVE;
}

/* Files that are trusted are root's, so most of this takes root. */
static void test_file(void) {
        const struct devices_node node = evdev();
        _cleanup_(desk_freep) struct desk *desk = NULL;
        char why[400];

        CHECK_EQ(devices_config_load("/nonexistent/devices.conf", &desk, why, sizeof(why)), 0);
        CHECK_EQ(devices_judge(&node, &mouse, desk, 1000), DEVICES_GIVE);
        CHECK_EQ(devices_judge(&node, &pad, desk, 1000), DEVICES_NOT_CONFIGURED);
        if (geteuid() != 0) {
                CHECK_EQ(load("devices = all-mice\n", why, sizeof(why)), -EINVAL);
                CHECK(strstr(why, "others than root"));
                return;
        }
        CHECK_EQ(load("", why, sizeof(why)), 0);
        CHECK_EQ(load("# mice\ndevices = all-mice\n", why, sizeof(why)), 0);
        CHECK_EQ(load("devices = all-keyboards\n", why, sizeof(why)), 1);
        CHECK_EQ(load("devices =\n", why, sizeof(why)), 1);
        CHECK_EQ(load("devices = all-mice everything\n", why, sizeof(why)), -EINVAL);
        CHECK(strstr(why, "everything"));
        CHECK_EQ(load("device = all-mice\n", why, sizeof(why)), -EINVAL);
        CHECK(strstr(why, "no option 'device'"));
        CHECK_EQ(load("[input]\ndevices = all-mice\n", why, sizeof(why)), -EINVAL);
        CHECK(strstr(why, "no option 'input.devices'"));
        CHECK_EQ(load("all-mice\n", why, sizeof(why)), -EINVAL);
        CHECK(strstr(why, ":1: this is not"));
}

/* While a loan is open, and no GPU is left: a connector of one is none. */
static void test_screen(const char *root) {
        static const char journal[] = "/var/lib/pillion/switch.journal", card[] = "/sys/class/drm/card12",
                          fb[] = "/sys/class/graphics/fb0";
        char *session = NULL;

        root_put("/sys/class/drm/version", "");
        root_put("/sys/class/graphics/fbcon", "");
        CHECK(!devices_screen_is_lent(root));
        root_put(journal, "");
        CHECK_EQ(devices_screen_is_lent(root), sd_seat_get_active("seat0", &session, NULL) < 0);
        free(session);
        root_put(card, "");
        CHECK(!devices_screen_is_lent(root));
        CHECK_EQ(unlink(root_at(card)), 0);
        root_put(fb, "");
        CHECK(!devices_screen_is_lent(root));
}

/* Who was given something last, and nobody before or beside. */
static void test_last(const char *root) {
        devices_screen_note(root, 1000);
        CHECK(!devices_screen_was_of(root, 1000));
        root_put(DEVICES_RUN "/last", "");
        CHECK(!devices_screen_was_of(root, 0));
        devices_screen_note(root, 1000);
        CHECK(devices_screen_was_of(root, 1000));
        CHECK(!devices_screen_was_of(root, 100));
        devices_screen_note(root, 1001);
        CHECK(!devices_screen_was_of(root, 1000));
}

int main(void) {
        const char *root = root_new();

        test_paths();
        test_numbers();
        test_uinput();
        test_lists();
        test_ours_and_early();
        test_gives();
        test_callers();
        test_explains();
        test_trust();
        test_file();
        test_screen(root);
        test_last(root);
        root_free();
}
