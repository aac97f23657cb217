/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ride/plug.h"

#include "tests/test.h"

#define KBD   "/dev/input/by-id/pillion-win10-kbd"
#define MOUSE "/dev/input/by-id/pillion-win10-mouse"

#define EVDEV(node)       "<input type='evdev'><source dev='" node "'/></input>"
#define PASSTHROUGH(node) "<input type='passthrough' bus='virtio'><source evdev='" node "'/></input>"

static const struct input_status ready = { .sinks_ready = true, .sink_keyboard = KBD, .sink_mouse = MOUSE };

static struct domain_info *parse(const char *devices) {
        struct domain_info *info = NULL;
        char xml[1024];

        snprintf(xml, sizeof(xml), "<domain><name>win10</name><devices>%s</devices></domain>", devices);
        CHECK_EQ(domain_parse(&info, xml), 0);
        return info;
}

/* NEXT: the device to plug, NULL: none; ADVICE: words of it, NULL: all is well. */
static void check(const char *devices, enum config_path path, enum plug seen, const char *next,
                  const char *advice) {
        _cleanup_(domain_freep) struct domain_info *info = parse(devices);
        char xml[300] = "", text[800];

        CHECK_EQ(plug_seen(info, &ready), seen);
        CHECK_EQ(plug_next(info, &ready, path, xml, sizeof(xml)), next != NULL);
        CHECK_STR(xml, next ? next : "");
        plug_advise(info, &ready, path, "", text, sizeof(text));
        CHECK_EQ(*text != '\0', advice != NULL);
        CHECK(!advice || strstr(text, advice));
}

static void test_paths(void) {
        check("", CONFIG_PATH_AUTO, PLUG_NONE, PASSTHROUGH(KBD), NULL);
        check("", CONFIG_PATH_VIRTIO, PLUG_NONE, PASSTHROUGH(KBD), NULL);
        check("", CONFIG_PATH_EVDEV, PLUG_NONE, NULL, "'pillion domain prepare win10' adds them");
        check(PASSTHROUGH(KBD), CONFIG_PATH_AUTO, PLUG_NONE, PASSTHROUGH(MOUSE), NULL);
        check(PASSTHROUGH(MOUSE) PASSTHROUGH(KBD), CONFIG_PATH_AUTO, PLUG_VIRTIO, NULL, NULL);
        check(PASSTHROUGH(MOUSE) PASSTHROUGH(KBD), CONFIG_PATH_EVDEV, PLUG_VIRTIO, NULL, NULL);
        check(EVDEV(KBD) EVDEV(MOUSE), CONFIG_PATH_AUTO, PLUG_EVDEV, NULL, NULL);
        check(EVDEV(KBD) EVDEV(MOUSE), CONFIG_PATH_EVDEV, PLUG_EVDEV, NULL, NULL);
        check(EVDEV(KBD) EVDEV(MOUSE), CONFIG_PATH_VIRTIO, PLUG_EVDEV, NULL, "set path=auto");
        /* Half an edit is a mistake to be told, not one to be plugged around. */
        check(EVDEV(MOUSE), CONFIG_PATH_AUTO, PLUG_NONE, NULL, "lacks an input device");
}

static void test_spice(void) {
        static const enum config_path paths[] = { CONFIG_PATH_AUTO, CONFIG_PATH_VIRTIO, CONFIG_PATH_EVDEV };
        _cleanup_(domain_freep) struct domain_info *info = parse("");
        char xml[300], text[800];

        info->spice = true;
        for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
                CHECK(!plug_next(info, &ready, paths[i], xml, sizeof(xml)));
                plug_advise(info, &ready, paths[i], "no slot", text, sizeof(text));
                CHECK_STR(text, "");
        }
}

static void test_not_ready(void) {
        _cleanup_(domain_freep) struct domain_info *info = parse("");
        struct input_status input = ready;
        char xml[300];

        input.sinks_ready = false;
        CHECK(!plug_next(info, &input, CONFIG_PATH_AUTO, xml, sizeof(xml)));
}

static void test_problem(void) {
        _cleanup_(domain_freep) struct domain_info *info = parse("");
        char text[800];

        plug_advise(info, &ready, CONFIG_PATH_AUTO, "no slot", text, sizeof(text));
        CHECK_STR(text, "keyboard and mouse cannot be plugged into it: no slot");
}

int main(void) {
        test_paths();
        test_spice();
        test_not_ready();
        test_problem();
        return 0;
}
