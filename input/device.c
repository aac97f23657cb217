/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hot path is one read() of up to 64 events a wake-up and no library in between. libevdev would also
 * discard all queued motion on SYN_DROPPED and keep a second copy of the key state, which goes stale with
 * each EVIOCGKEY of ours.
 *
 * While the device is not grabbed its client is masked down to keys (EVIOCSMASK): the motion of a mouse that
 * reports 8000 times a second does not even wake us. Sources: drivers/input/evdev.c, input/takeover.c.
 */
#include "input/device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <time.h>

#include "core/log.h"
#include "core/loop.h"
#include "input/label.h"
#include "input/takeover.h"
#include "input/ungrab.h"

#define EVENTS_PER_READ 64
#define LEDS            8 /* LED_NUML to LED_MUTE: what keyboards have */

struct device {
        char *path;
        char name[128];
        int fd;
        bool read_only, moves, grabbed;
        struct ungrab ungrab;
        uint64_t grabbed_usec; /* when it was grabbed last */
        unsigned epoch;        /* counts grabs and ungrabs: what was read in an earlier one is stale */
        bool lit, dark;        /* the guest has written lights; ungrabbed and not restored yet */
        unsigned long leds;    /* what they were before */
        sd_event_source *io;
        const struct device_handlers *handlers; /* borrowed */
        void *userdata;
};

/* Reports motion too, or only keys. Kernels before 4.4 report everything, which costs time and no more. */
static void listen_to(struct device *device, bool motion) {
        unsigned long types = 1UL << EV_KEY | (motion ? 1UL << EV_REL : 0);
        struct input_mask mask = {
                .type = EV_SYN, /* the mask of types */
                .codes_size = sizeof(types),
                .codes_ptr = (uintptr_t)&types,
        };

        (void)ioctl(device->fd, EVIOCSMASK, &mask);
}

static int op_held(void *node, struct keys *ret) {
        const struct device *device = node;
        struct keys held = { 0 };

        if (ioctl(device->fd, EVIOCGKEY(sizeof(held)), &held) < 0)
                return -errno;
        *ret = held;
        return 0;
}

static int op_inject(void *node, const struct keys *keys, bool down) {
        const struct device *device = node;
        struct input_event events[EVENTS_PER_READ] = { 0 };
        size_t n = 0;

        for (uint16_t code = 0; code < KEY_CNT && n < EVENTS_PER_READ - 1; code++)
                if (keys_has(keys, code))
                        events[n++] = (struct input_event){ .type = EV_KEY, .code = code, .value = down };
        if (n == 0)
                return 0;
        events[n++] = (struct input_event){ .type = EV_SYN, .code = SYN_REPORT };
        return write(device->fd, events, n * sizeof(*events)) < 0 ? -errno : 0;
}

static int op_grab(void *node, bool on) {
        struct device *device = node;
        struct timespec now;

        /* The argument is a flag, not an address. */
        if (ioctl(device->fd, EVIOCGRAB, (void *)(uintptr_t)on) < 0)
                return -errno;
        clock_gettime(CLOCK_MONOTONIC, &now);
        device->grabbed_usec = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
        return 0;
}

static const struct takeover_ops kernel = { op_held, op_inject, op_grab };

void device_held(struct device *device, struct keys *ret) {
        *ret = (struct keys){ 0 };
        (void)op_held(device, ret);
}

static int grab(struct device *device, struct keys *ret_held) {
        int r;

        if (!device->read_only)
                return takeover(&kernel, device, ret_held);
        r = op_grab(device, true);
        if (r < 0)
                return r;
        return op_held(device, ret_held);
}

int device_grab(struct device *device, struct keys *ret_held) {
        int r;

        device->epoch++;
        if (device->grabbed) {
                device_held(device, ret_held);
                return 0;
        }
        /* Before the grab, so that no motion falls between; what the host has heard too is dropped when read.
         */
        listen_to(device, true);
        r = grab(device, ret_held);
        if (r < 0) {
                listen_to(device, false);
                return r;
        }
        device->grabbed = true;
        device->lit = false;
        return 0;
}

static void save_leds(struct device *device) {
        device->leds = 0;
        (void)ioctl(device->fd, EVIOCGLED(sizeof(device->leds)), &device->leds);
}

void device_set_led(struct device *device, uint16_t code, bool on) {
        const struct input_event events[] = {
                { .type = EV_LED, .code = code, .value = on },
                { .type = EV_SYN, .code = SYN_REPORT },
        };

        if (!device->grabbed || code >= LEDS)
                return;
        if (!device->lit)
                save_leds(device);
        device->lit = true;
        (void)!write(device->fd, events, sizeof(events));
}

void device_restore_leds(struct device *device) {
        struct input_event events[LEDS + 1] = { 0 };

        if (!device->dark)
                return;
        device->dark = false;
        for (uint16_t code = 0; code < LEDS; code++)
                events[code] = (struct input_event){
                        .type = EV_LED,
                        .code = code,
                        .value = device->leds >> code & 1,
                };
        events[LEDS] = (struct input_event){ .type = EV_SYN, .code = SYN_REPORT };
        (void)!write(device->fd, events, sizeof(events));
}

void device_begin_ungrab(struct device *device) {
        if (!device->grabbed)
                return;
        if (!device->lit)
                save_leds(device);
        device->grabbed = device->lit = false;
        device->dark = true;
        ungrab_begin(&device->ungrab, device->fd);
}

void device_ungrab(struct device *device, struct keys *ret_held) {
        device->epoch++;
        device_begin_ungrab(device);
        if (device->ungrab.begun) {
                ungrab_end(&device->ungrab);
                listen_to(device, false);
        }
        device_held(device, ret_held);
}

void device_undo_grab(struct device *device, struct keys *ret_held) {
        bool was_grabbed = device->grabbed || device->ungrab.begun;

        device_ungrab(device, ret_held);
        if (!was_grabbed || device->read_only)
                return;
        (void)op_inject(device, ret_held, false); /* the host has them up already: no news to it */
        (void)op_inject(device, ret_held, true);
        device_held(device, ret_held); /* drops the echoes */
}

static void on_dropped(struct device *device) {
        struct keys held = { 0 };

        log_event(LOG_DEBUG, (.device = device->path), "Events of '%s' were lost, reading its state",
                  device->name);
        if (op_held(device, &held) < 0)
                return; /* unplugged: the next read says so */
        device->handlers->on_resync(&held, device->userdata);
}

static uint64_t usec_of(const struct input_event *event) {
        return (uint64_t)event->input_event_sec * 1000000 + (uint64_t)event->input_event_usec;
}

/* Motion of a time before the grab, which the host has heard. */
static bool is_hosts(const struct device *device, const struct input_event *event) {
        return event->type == EV_REL && usec_of(event) < device->grabbed_usec;
}

static void dispatch(struct device *device, const struct input_event *events, size_t n) {
        unsigned epoch = device->epoch;
        bool resynced = false;

        for (const struct input_event *e = events; e < events + n && device->epoch == epoch; e++) {
                if (e->type == EV_SYN && e->code == SYN_DROPPED) {
                        on_dropped(device);
                        resynced = true;
                } else if (!is_hosts(device, e) && (!resynced || e->type != EV_KEY)) {
                        /* The last case: a key event that is older than the state just read. */
                        device->handlers->on_event(usec_of(e), e->type, e->code, e->value, device->userdata);
                }
        }
}

static int on_readable(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        struct device *device = userdata;
        struct input_event events[EVENTS_PER_READ];
        ssize_t n;

        n = read(fd, events, sizeof(events));
        if (n > 0) {
                dispatch(device, events, (size_t)n / sizeof(*events));
                return 0;
        }
        if (n < 0 && (errno == EAGAIN || errno == EINTR) && !(revents & (EPOLLHUP | EPOLLERR)))
                return 0;
        /* ENODEV, or a hang-up that would wake us for ever. */
        (void)sd_event_source_set_enabled(device->io, SD_EVENT_OFF);
        device->handlers->on_gone(device->userdata);
        return 0;
}

static int open_node(struct device *device, struct opener *opener) {
        device->fd = opener_open(opener, device->path);
        if (device->fd == -EACCES || device->fd == -EPERM || device->fd == -EROFS) {
                device->fd = open(device->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
                device->read_only = true;
                return device->fd < 0 ? -errno : 0;
        }
        return device->fd < 0 ? device->fd : 0;
}

static int set_up_node(struct device *device) {
        int clock = CLOCK_MONOTONIC;
        unsigned long rel = 0;

        /* First of all: on a queue that is not empty this queues a SYN_DROPPED. */
        if (ioctl(device->fd, EVIOCSCLOCKID, &clock) < 0)
                return -errno;
        if (ioctl(device->fd, EVIOCGNAME(sizeof(device->name) - 1), device->name) < 0)
                strcpy(device->name, "unnamed");
        label_clean(device->name);
        if (ioctl(device->fd, EVIOCGBIT(EV_REL, sizeof(rel)), &rel) >= 0)
                device->moves = (rel >> REL_X & 1) && (rel >> REL_Y & 1);
        listen_to(device, false);
        return 0;
}

int device_open(struct device **ret, sd_event *loop, struct opener *opener, const char *path,
                const struct device_handlers *handlers, void *userdata) {
        _cleanup_(device_freep) struct device *device = calloc(1, sizeof(*device));
        int r;

        if (!device)
                return -ENOMEM;
        *device = (struct device){ .fd = -1, .handlers = handlers, .userdata = userdata };
        device->path = strdup(path);
        if (!device->path)
                return -ENOMEM;
        r = open_node(device, opener);
        if (r < 0)
                return r;
        r = set_up_node(device);
        if (r < 0)
                return r;
        r = sd_event_add_io(loop, &device->io, device->fd, EPOLLIN, on_readable, device);
        if (r < 0)
                return r;
        source_declare(device->io, "input-device", SD_EVENT_PRIORITY_IMPORTANT, SOURCE_AUXILIARY);

        *ret = steal_ptr(device);
        return 0;
}

struct device *device_free(struct device *device) {
        struct keys held;

        if (!device)
                return NULL;
        if (device->grabbed || device->ungrab.begun)
                device_ungrab(device, &held);
        device_restore_leds(device);
        device->io = sd_event_source_disable_unref(device->io);
        device->fd = close_fd(device->fd);
        free(device->path);
        free(device);
        return NULL;
}

const char *device_path(const struct device *device) {
        return device->path;
}

const char *device_name(const struct device *device) {
        return device->name;
}

bool device_grabbed(const struct device *device) {
        return device->grabbed;
}

bool device_moves(const struct device *device) {
        return device->moves;
}

bool device_types(const struct device *device) {
        static const uint16_t needed[] = { KEY_LEFTCTRL, KEY_LEFTALT, KEY_LEFTSHIFT, KEY_BACKSPACE };
        struct keys can = { 0 };

        if (ioctl(device->fd, EVIOCGBIT(EV_KEY, sizeof(can)), &can) < 0)
                return false;
        for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
                if (!keys_has(&can, needed[i]))
                        return false;
        return true;
}

bool device_read_only(const struct device *device) {
        return device->read_only;
}
