/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/tools/eyes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <libevdev/libevdev.h>

#include "core/cleanup.h"
#include "input/keys.h"
#include "tests/tools/answer.h"

static int open_node(const char *path, int flags) {
        int fd = open(path, flags | O_CLOEXEC);

        if (fd < 0)
                die(path);
        return fd;
}

static void print_event(const struct input_event *event) {
        static const char *const edges[] = { "release", "press", "repeat" };
        const char *name = libevdev_event_code_get_name(event->type, event->code);

        if (event->type == EV_SYN && event->code == SYN_DROPPED)
                answer("dropped");
        else if (event->type == EV_KEY && event->value >= 0 && event->value <= 2)
                printf("key %s %s\n", name ? name : "?", edges[event->value]);
        else if (event->type == EV_REL || event->type == EV_LED)
                printf("%s %s %d\n", event->type == EV_REL ? "rel" : "led", name ? name : "?", event->value);
        fflush(stdout);
}

int eyes_watch(const char *path, bool grab) {
        _cleanup_close_ int fd = open_node(path, O_RDONLY);
        struct input_event events[64];
        ssize_t n;

        if (grab && ioctl(fd, EVIOCGRAB, (void *)1) < 0)
                die("EVIOCGRAB");
        answer("ready");
        while ((n = read(fd, events, sizeof(events))) > 0)
                for (size_t i = 0; i < (size_t)n / sizeof(*events); i++)
                        print_event(&events[i]);
        return answer("gone");
}

int eyes_state(const char *path) {
        _cleanup_close_ int fd = open_node(path, O_RDONLY);
        struct keys held = { 0 };
        const char *blank = "";

        if (ioctl(fd, EVIOCGKEY(sizeof(held)), &held) < 0)
                die("EVIOCGKEY");
        for (unsigned code = 0; code < KEY_CNT; code++)
                if (keys_has(&held, code)) {
                        const char *name = libevdev_event_code_get_name(EV_KEY, code);

                        printf("%s%s", blank, name ? name : "?");
                        blank = " ";
                }
        return answer("");
}

int eyes_grabbed(const char *path) {
        _cleanup_close_ int fd = open_node(path, O_RDONLY | O_NONBLOCK);

        if (ioctl(fd, EVIOCGRAB, (void *)1) == 0) {
                (void)ioctl(fd, EVIOCGRAB, (void *)0);
                return answer("no");
        }
        if (errno != EBUSY)
                die("EVIOCGRAB");
        return answer("yes");
}
