/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU 7.2 does not survive an evdev node that disappears under it: it spins, or closes a descriptor that is
 * somebody else's by then. Hence fixed abilities and a lifetime that only the owner ends.
 *
 * The keyboard declares EV_REP: the kernel repeats held keys for guests that cannot do so themselves, so the
 * repeats of the physical keyboard are never forwarded. It also declares lights: a guest that drives them (a
 * virtio keyboard does) is heard on the same descriptor. Source: linux/uinput.h, drivers/input/misc/uinput.c.
 */
#include "input/sink.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include <linux/uinput.h>

#include "core/loop.h"

#define UINPUT     "/dev/uinput"
#define VALUES_MAX 8 /* of one frame */

struct sink {
        int fd;
        char phys[SINK_GUEST_MAX + 16];
        char link[SINK_GUEST_MAX + 48];
        char sysname[32]; /* inputN */
        sd_event_source *io;
        sink_led_fn on_led;
        void *userdata;
};

static const char *kind_name(enum sink_kind kind) {
        return kind == SINK_KEYBOARD ? "kbd" : "mouse";
}

void sink_guest_name(char name[SINK_GUEST_MAX + 1], const char *guest) {
        size_t n = 0;

        for (; guest[n] && n < SINK_GUEST_MAX; n++) {
                unsigned char c = (unsigned char)guest[n];

                name[n] = (c < 0x80 && isalnum(c)) || strchr("._-", c) ? (char)c : '_';
        }
        name[n] = 0;
}

void sink_link(char *buf, size_t size, enum sink_kind kind, const char *guest) {
        char name[SINK_GUEST_MAX + 1];

        sink_guest_name(name, guest);
        snprintf(buf, size, "/dev/input/by-id/pillion-%s-%s", name, kind_name(kind));
}

/* A list of codes of one type, ending with -1. */
static int declare(int fd, int type, unsigned long request, const int *codes) {
        if (ioctl(fd, UI_SET_EVBIT, type) < 0)
                return -errno;
        for (; *codes >= 0; codes++)
                if (ioctl(fd, request, *codes) < 0)
                        return -errno;
        return 0;
}

static int declare_keys(int fd, enum sink_kind kind) {
        if (ioctl(fd, UI_SET_EVBIT, EV_KEY) < 0)
                return -errno;
        for (unsigned code = 0; code < KEY_CNT; code++)
                if (codes_sink_has(kind, code) && ioctl(fd, UI_SET_KEYBIT, code) < 0)
                        return -errno;
        return 0;
}

static int declare_abilities(int fd, enum sink_kind kind) {
        static const int axes[] = { REL_X, REL_Y, REL_WHEEL, REL_HWHEEL, -1 };
        static const int leds[] = { LED_NUML, LED_CAPSL, LED_SCROLLL, -1 };
        int r;

        r = declare_keys(fd, kind);
        if (r < 0)
                return r;
        switch (kind) {
        case SINK_KEYBOARD:
                if (ioctl(fd, UI_SET_EVBIT, EV_REP) < 0)
                        return -errno;
                return declare(fd, EV_LED, UI_SET_LEDBIT, leds);
        case SINK_POINTER:
                return declare(fd, EV_REL, UI_SET_RELBIT, axes);
        case SINK_COUNT:
                break;
        }
        return -EINVAL;
}

static int create(struct sink *sink, enum sink_kind kind, const char *name) {
        struct uinput_setup setup = {
                .id = { BUS_VIRTUAL, .vendor = 0x7069, .product = (uint16_t)(kind + 1), .version = 1 },
        };
        int r;

        snprintf(setup.name, sizeof(setup.name), "pillion-%s-%s", name, kind_name(kind));
        r = declare_abilities(sink->fd, kind);
        if (r < 0)
                return r;
        if (ioctl(sink->fd, UI_SET_PHYS, sink->phys) < 0 || ioctl(sink->fd, UI_DEV_SETUP, &setup) < 0 ||
            ioctl(sink->fd, UI_DEV_CREATE) < 0 ||
            ioctl(sink->fd, UI_GET_SYSNAME(sizeof(sink->sysname) - 1), sink->sysname) < 0)
                return -errno;
        return 0;
}

/* The kernel queues 16 events for us and no more, so they are read even if nobody cares. */
static int on_readable(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        struct sink *sink = userdata;
        struct input_event events[16];
        ssize_t n;

        n = read(fd, events, sizeof(events));
        if (n < 0 && (errno == EAGAIN || errno == EINTR) && !(revents & (EPOLLHUP | EPOLLERR)))
                return 0;
        if (n <= 0) {
                (void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
                return 0;
        }
        for (size_t i = 0; i < (size_t)n / sizeof(*events); i++)
                if (events[i].type == EV_LED)
                        sink->on_led(events[i].code, events[i].value != 0, sink->userdata);
        return 0;
}

int sink_new(struct sink **ret, sd_event *loop, struct opener *opener, enum sink_kind kind, const char *guest,
             sink_led_fn on_led, void *userdata) {
        _cleanup_(sink_freep) struct sink *sink = calloc(1, sizeof(*sink));
        char name[SINK_GUEST_MAX + 1];
        int r;

        if (!sink)
                return -ENOMEM;
        *sink = (struct sink){ .fd = -1, .on_led = on_led, .userdata = userdata };
        sink_guest_name(name, guest);
        sink_link(sink->link, sizeof(sink->link), kind, guest);
        snprintf(sink->phys, sizeof(sink->phys), "pillion/%s/%s", name, kind_name(kind));

        sink->fd = opener_open(opener, UINPUT);
        if (sink->fd < 0)
                return sink->fd;
        r = create(sink, kind, name);
        if (r < 0)
                return r;
        r = sd_event_add_io(loop, &sink->io, sink->fd, EPOLLIN, on_readable, sink);
        if (r < 0)
                return r;
        source_declare(sink->io, "input-sink", SD_EVENT_PRIORITY_IDLE, SOURCE_AUXILIARY);

        *ret = steal_ptr(sink);
        return 0;
}

struct sink *sink_free(struct sink *sink) {
        if (!sink)
                return NULL;
        sink->io = sd_event_source_disable_unref(sink->io);
        sink->fd = close_fd(sink->fd); /* the kernel releases held keys and removes the device */
        free(sink);
        return NULL;
}

const char *sink_phys(const struct sink *sink) {
        return sink->phys;
}

static void closedirp(DIR **dir) {
        if (*dir)
                closedir(*dir);
}

/* A link may be left over from an earlier device, so its target must be a child of this one. */
bool sink_linked(const struct sink *sink) {
        _cleanup_(closedirp) DIR *dir = NULL;
        char path[PATH_MAX], target[PATH_MAX];

        if (!realpath(sink->link, target))
                return false;
        snprintf(path, sizeof(path), "/sys/devices/virtual/input/%s", sink->sysname);
        dir = opendir(path);
        if (!dir)
                return false;
        for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
                if (strncmp(entry->d_name, "event", 5) == 0 &&
                    strcmp(strrchr(target, '/') + 1, entry->d_name) == 0)
                        return true;
        return false;
}

bool sink_is_read(const struct sink *sink) {
        _cleanup_close_ int fd = open(sink->link, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

        /* To get the grab is to know that nobody has it; closing gives it back. */
        return fd < 0 || ioctl(fd, EVIOCGRAB, 1) < 0;
}

int sink_write(struct sink *sink, const struct router_value *values, size_t n) {
        struct input_event events[VALUES_MAX + 1] = { 0 };

        if (n > VALUES_MAX)
                return -EINVAL;
        for (size_t i = 0; i < n; i++)
                events[i] = (struct input_event){
                        .type = values[i].type,
                        .code = values[i].code,
                        .value = values[i].value,
                };
        events[n] = (struct input_event){ .type = EV_SYN, .code = SYN_REPORT };
        return write(sink->fd, events, (n + 1) * sizeof(*events)) < 0 ? -errno : 0;
}
