/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-test-input: the hands and the eyes of the tests in the lab.
 *
 *         device KIND NAME [PHYS]       makes a uinput device, prints its node once udev is done with it, and
 *                                       obeys lines on stdin, with an "ok" to each. KIND: keyboard, mouse,
 *                                       tablet, or consumer (keypad, volume, F13: to udev no keyboard).
 *                 press KEY | release KEY | tap KEY | move DX DY | wheel N | hwheel N    a frame each
 *                 begin ... frame       gathers what is between into one frame
 *                 flood N DX DY         N frames of motion, without a pause
 *                 leds                  answers "ok" and the names of the lights that are on
 *                 sleep MS | quit
 *         watch PATH [--grab]           prints "ready", then each event: "key KEY_A press", "rel REL_X 5",
 *                                       "led LED_CAPSL 1", "dropped", and at the end "gone"
 *         state PATH                    prints the keys that are down, on one line
 *         grabbed PATH                  prints "yes" or "no": whether somebody has grabbed it
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include <libevdev/libevdev.h>
#include <linux/uinput.h>
#include <systemd/sd-device.h>
#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "input/chord.h"
#include "tests/tools/answer.h"
#include "tests/tools/eyes.h"

#define UDEV_TIMEOUT_USEC 30000000
#define FRAME_MAX         32

struct source {
        int fd;
        bool gathering;
        struct input_event frame[FRAME_MAX];
        size_t n;
        unsigned long leds;
        char sysname[32]; /* inputN */
        char node[64];    /* once udev is done */
};

static uint16_t parse_key(const char *name) {
        struct chord chord;

        if (!name || chord_parse(&chord, name) < 0) {
                errno = EINVAL;
                die(name ? name : "a key is missing");
        }
        return chord.keys[0];
}

static int number(const char *text) {
        return text ? atoi(text) : 0;
}

static void declare(int fd, unsigned long request, const int *codes) {
        for (; *codes >= 0; codes++)
                if (ioctl(fd, request, *codes) < 0)
                        die("a code");
}

static void declare_keyboard(int fd) {
        static const int types[] = { EV_KEY, EV_REP, EV_LED, EV_MSC, -1 };
        static const int leds[] = { LED_NUML, LED_CAPSL, LED_SCROLLL, -1 };

        declare(fd, UI_SET_EVBIT, types);
        declare(fd, UI_SET_LEDBIT, leds);
        declare(fd, UI_SET_MSCBIT, (const int[]){ MSC_SCAN, -1 });
        for (int code = KEY_ESC; code <= KEY_MICMUTE; code++)
                declare(fd, UI_SET_KEYBIT, (const int[]){ code, -1 });
}

static void declare_mouse(int fd) {
        static const int types[] = { EV_KEY, EV_REL, -1 };
        static const int axes[] = { REL_X, REL_Y, REL_WHEEL, REL_HWHEEL, REL_WHEEL_HI_RES, REL_HWHEEL_HI_RES,
                                    -1 };

        declare(fd, UI_SET_EVBIT, types);
        declare(fd, UI_SET_RELBIT, axes);
        for (int code = BTN_LEFT; code <= BTN_TASK; code++)
                declare(fd, UI_SET_KEYBIT, (const int[]){ code, -1 });
}

static void declare_consumer(int fd) {
        declare(fd, UI_SET_EVBIT, (const int[]){ EV_KEY, -1 });
        for (int code = KEY_KP7; code <= KEY_F24; code++)
                declare(fd, UI_SET_KEYBIT, (const int[]){ code, -1 });
}

static void declare_tablet(int fd) {
        struct uinput_abs_setup axis = { .absinfo = { .maximum = 1000, .resolution = 10 } };

        declare(fd, UI_SET_EVBIT, (const int[]){ EV_KEY, EV_ABS, -1 });
        declare(fd, UI_SET_KEYBIT, (const int[]){ BTN_TOOL_PEN, BTN_TOUCH, -1 });
        for (axis.code = ABS_X; axis.code <= ABS_Y; axis.code++)
                if (ioctl(fd, UI_ABS_SETUP, &axis) < 0)
                        die("an axis");
}

static void create(struct source *source, const char *kind, const char *name, const char *place) {
        struct uinput_setup setup = { .id = { .bustype = BUS_USB, .vendor = 0x1209, .product = 0x7001 } };
        char phys[128];

        snprintf(setup.name, sizeof(setup.name), "%s", name);
        snprintf(phys, sizeof(phys), "%s%s", place ? "" : "lab/", place ? place : name);
        source->fd = open("/dev/uinput", O_RDWR | O_NONBLOCK | O_CLOEXEC);
        if (source->fd < 0)
                die("/dev/uinput");
        if (strcmp(kind, "keyboard") == 0)
                declare_keyboard(source->fd);
        else if (strcmp(kind, "consumer") == 0)
                declare_consumer(source->fd);
        else if (strcmp(kind, "tablet") == 0)
                declare_tablet(source->fd);
        else
                declare_mouse(source->fd);
        if (ioctl(source->fd, UI_SET_PHYS, phys) < 0 || ioctl(source->fd, UI_DEV_SETUP, &setup) < 0 ||
            ioctl(source->fd, UI_DEV_CREATE) < 0 ||
            ioctl(source->fd, UI_GET_SYSNAME(sizeof(source->sysname)), source->sysname) < 0)
                die("uinput");
}

static int on_udev(sd_device_monitor *monitor, sd_device *device, void *userdata) {
        struct source *source = userdata;
        const char *parent_name, *name, *node;
        sd_device *parent;

        if (sd_device_get_sysname(device, &name) < 0 || strncmp(name, "event", 5) != 0 ||
            sd_device_get_parent(device, &parent) < 0 || sd_device_get_sysname(parent, &parent_name) < 0 ||
            strcmp(parent_name, source->sysname) != 0 || sd_device_get_devname(device, &node) < 0)
                return 0;
        snprintf(source->node, sizeof(source->node), "%s", node);
        return 0;
}

/* The monitor listens before the device exists, so its announcement cannot be missed. */
static void create_and_wait(struct source *source, const char *kind, const char *name, const char *place) {
        sd_device_monitor *monitor = NULL;
        sd_event *loop = NULL;

        errno = EIO;
        if (sd_event_new(&loop) < 0 || sd_device_monitor_new(&monitor) < 0 ||
            sd_device_monitor_filter_add_match_subsystem_devtype(monitor, "input", NULL) < 0 ||
            sd_device_monitor_attach_event(monitor, loop) < 0 ||
            sd_device_monitor_start(monitor, on_udev, source) < 0)
                die("udev");
        create(source, kind, name, place);
        while (!*source->node)
                if (sd_event_run(loop, UDEV_TIMEOUT_USEC) <= 0) {
                        errno = ETIMEDOUT;
                        die("udev");
                }
        sd_device_monitor_unref(monitor);
        sd_event_unref(loop);
}

static void add(struct source *source, uint16_t type, uint16_t code, int32_t value) {
        if (source->n < FRAME_MAX - 1)
                source->frame[source->n++] =
                        (struct input_event){ .type = type, .code = code, .value = value };
}

static void send_frame(struct source *source) {
        source->frame[source->n++] = (struct input_event){ .type = EV_SYN, .code = SYN_REPORT };
        if (write(source->fd, source->frame, source->n * sizeof(*source->frame)) < 0)
                die("write");
        source->n = 0;
}

static void wheel(struct source *source, bool horizontal, int clicks) {
        add(source, EV_REL, horizontal ? REL_HWHEEL : REL_WHEEL, clicks);
        add(source, EV_REL, horizontal ? REL_HWHEEL_HI_RES : REL_WHEEL_HI_RES, clicks * 120);
}

static void move(struct source *source, const char *x, const char *y) {
        add(source, EV_REL, REL_X, number(x));
        add(source, EV_REL, REL_Y, number(y));
}

/* What is an event; false: it is none. */
static bool event_command(struct source *source, const char *command, const char *a, const char *b) {
        if (strcmp(command, "press") == 0 || strcmp(command, "release") == 0)
                add(source, EV_KEY, parse_key(a), *command == 'p');
        else if (strcmp(command, "move") == 0)
                move(source, a, b);
        else if (strcmp(command, "wheel") == 0 || strcmp(command, "hwheel") == 0)
                wheel(source, *command == 'h', number(a));
        else
                return false;
        if (!source->gathering)
                send_frame(source);
        return true;
}

static void tap(struct source *source, const char *key) {
        event_command(source, "press", key, NULL);
        event_command(source, "release", key, NULL);
}

static void sleep_msec(int msec) {
        struct timespec time = { msec / 1000, msec % 1000 * 1000000L };

        nanosleep(&time, NULL);
}

static void read_leds(struct source *source) {
        struct input_event event;

        while (read(source->fd, &event, sizeof(event)) == sizeof(event))
                if (event.type == EV_LED && event.code < LED_CNT)
                        source->leds = (source->leds & ~(1UL << event.code)) |
                                       (unsigned long)(event.value != 0) << event.code;
}

static void answer_leds(struct source *source) {
        printf("ok");
        for (unsigned code = 0; code < LED_CNT; code++)
                if (source->leds >> code & 1)
                        printf(" %s", libevdev_event_code_get_name(EV_LED, code));
        answer("");
}

/* False: the device shall go. */
static bool obey(struct source *source, char *line) {
        const char *command = strtok(line, " \n"), *a = strtok(NULL, " \n"), *b = strtok(NULL, " \n");
        const char *c = strtok(NULL, " \n");

        read_leds(source); /* the kernel's queue for us is short */
        if (!command)
                return true;
        if (strcmp(command, "leds") == 0) {
                answer_leds(source);
                return true;
        }
        if (strcmp(command, "sleep") == 0)
                sleep_msec(number(a));
        else if (strcmp(command, "tap") == 0)
                tap(source, a);
        else if (strcmp(command, "begin") == 0)
                source->gathering = true;
        else if (strcmp(command, "flood") == 0)
                for (int n = number(a); n > 0; n--)
                        event_command(source, "move", b, c);
        else if (strcmp(command, "frame") == 0) {
                source->gathering = false;
                send_frame(source);
        } else if (strcmp(command, "quit") != 0 && !event_command(source, command, a, b)) {
                answer("error: no such command");
                return true;
        }
        answer("ok");
        return strcmp(command, "quit") != 0;
}

static int run_device(const char *kind, const char *name, const char *place) {
        struct source source = { .fd = -1 };
        _cleanup_free_ char *line = NULL;
        size_t size = 0;

        create_and_wait(&source, kind, name, place);
        answer(source.node);
        while (getline(&line, &size, stdin) > 0 && obey(&source, line))
                ;
        source.fd = close_fd(source.fd);
        return 0;
}

int main(int argc, char *argv[]) {
        const char *command = argc > 2 ? argv[1] : "";

        if (strcmp(command, "device") == 0 && argc >= 4)
                return run_device(argv[2], argv[3], argv[4]);
        if (strcmp(command, "watch") == 0)
                return eyes_watch(argv[2], argc > 3 && strcmp(argv[3], "--grab") == 0);
        if (strcmp(command, "state") == 0)
                return eyes_state(argv[2]);
        if (strcmp(command, "grabbed") == 0)
                return eyes_grabbed(argv[2]);
        fprintf(stderr, "usage: pillion-test-input device keyboard|mouse|consumer|tablet NAME [PHYS] | "
                        "watch PATH [--grab] | state PATH | grabbed PATH\n");
        return 2;
}
