/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/made.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/uinput.h>

#include "input/codes.h"
#include "tests/test.h"

int64_t now_nsec(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return ts.tv_sec * 1000000000ll + ts.tv_nsec;
}

static bool has_key(enum made_kind kind, unsigned code) {
        switch (kind) {
        case MADE_MOUSE:
        case MADE_SINK:
                return codes_sink_has(SINK_POINTER, code);
        case MADE_KEYBOARD:
                return code >= KEY_ESC && code <= KEY_MICMUTE;
        }
        return false;
}

static void declare(int fd, enum made_kind kind) {
        static const int axes[] = { REL_X, REL_Y, REL_WHEEL, REL_HWHEEL };

        CHECK(ioctl(fd, UI_SET_EVBIT, EV_KEY) == 0);
        for (unsigned code = 0; code < KEY_CNT; code++)
                if (has_key(kind, code))
                        CHECK(ioctl(fd, UI_SET_KEYBIT, code) == 0);
        if (kind == MADE_KEYBOARD)
                return;
        CHECK(ioctl(fd, UI_SET_EVBIT, EV_REL) == 0);
        for (size_t i = 0; i < sizeof(axes) / sizeof(*axes); i++)
                CHECK(ioctl(fd, UI_SET_RELBIT, axes[i]) == 0);
}

/* devtmpfs makes the node before the device is announced; udev, which names it, is not waited for. */
static void find_node(struct made *made) {
        char sysname[32], path[96];
        DIR *directory;

        CHECK(ioctl(made->fd, UI_GET_SYSNAME(sizeof(sysname)), sysname) >= 0);
        snprintf(path, sizeof(path), "/sys/devices/virtual/input/%s", sysname);
        directory = opendir(path);
        CHECK(directory);
        for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory))
                if (strncmp(entry->d_name, "event", 5) == 0)
                        snprintf(made->node, sizeof(made->node), "/dev/input/%.32s", entry->d_name);
        closedir(directory);
        CHECK(*made->node);
}

void made_make(struct made *made, enum made_kind kind) {
        static const char *const names[] = { "bench-mouse", "bench-keyboard", "pillion-bench-mouse" };
        static const char *const places[] = { "bench/mouse", "bench/keyboard", "pillion/bench/mouse" };
        struct uinput_setup setup = { .id = { BUS_USB, .vendor = 0x1209, .product = 0x7002 } };

        *made = (struct made){ .fd = open("/dev/uinput", O_RDWR | O_NONBLOCK | O_CLOEXEC) };
        if (made->fd < 0)
                test_skip("/dev/uinput cannot be opened");
        snprintf(setup.name, sizeof(setup.name), "%s", names[kind]);
        declare(made->fd, kind);
        CHECK(ioctl(made->fd, UI_SET_PHYS, places[kind]) == 0);
        CHECK(ioctl(made->fd, UI_DEV_SETUP, &setup) == 0);
        CHECK(ioctl(made->fd, UI_DEV_CREATE) == 0);
        find_node(made);
}

void made_key(const struct made *made, uint16_t code, int32_t value) {
        const struct input_event events[] = {
                { .type = EV_KEY, .code = code, .value = value },
                { .type = EV_SYN, .code = SYN_REPORT },
        };

        CHECK_EQ(write(made->fd, events, sizeof(events)), sizeof(events));
}

int64_t made_toggle(const struct made *keyboard) {
        int64_t pressed;

        made_key(keyboard, KEY_LEFTCTRL, 1);
        pressed = now_nsec();
        made_key(keyboard, KEY_RIGHTCTRL, 1);
        made_key(keyboard, KEY_RIGHTCTRL, 0);
        made_key(keyboard, KEY_LEFTCTRL, 0);
        return pressed;
}
