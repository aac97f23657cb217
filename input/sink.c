/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU 7.2 does not survive an evdev node that disappears under it: it spins, or closes a descriptor that is
 * somebody else's by then. Hence fixed abilities and a lifetime that only the owner ends.
 *
 * The keyboard declares EV_REP: the kernel repeats held keys for guests that cannot do so themselves, so the
 * repeats of the physical keyboard are never forwarded. It also declares lights: a guest that drives them (a
 * virtio keyboard does) is heard on the same descriptor.
 *
 * The device's own node is opened once and kept: libvirt gives it to root when a domain that named it ends.
 * It is there for one question, whether QEMU has grabbed it, and to ask is to grab it for an instant: a QEMU
 * that starts just then fails, so nothing comes between that and letting go.
 */
#include "input/sink.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/uinput.h>

#include "core/log.h"
#include "core/loop.h"
#include "input/devices.h"
#include "input/uinput.h"

#define VALUES_MAX 8 /* of one frame */

struct sink {
        int fd;
        int node; /* as everybody else sees the device, deaf; or -errno of opening it */
        enum sink_kind kind;
        char guest[SINK_GUEST_MAX + 1]; /* as sink_guest_name() writes it */
        char phys[SINK_GUEST_MAX + 32];
        char link[SINK_GUEST_MAX + 48];
        char sysname[32];      /* inputN */
        struct opener *opener; /* borrowed */
        struct fdstore *store; /* borrowed */
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

/* --- the device --- */

static void abilities(enum sink_kind kind, struct keys *ret) {
        *ret = (struct keys){ 0 };
        for (unsigned code = 0; code < KEY_CNT; code++)
                if (codes_sink_has(kind, code))
                        keys_set(ret, code, true);
}

static int declare_abilities(int fd, enum sink_kind kind) {
        static const int axes[] = { REL_X, REL_Y, REL_WHEEL, REL_HWHEEL, -1 };
        static const int leds[] = { LED_NUML, LED_CAPSL, LED_SCROLLL, -1 };
        struct keys keys;
        int r;

        abilities(kind, &keys);
        r = uinput_declare_keys(fd, &keys);
        if (r < 0)
                return r;
        switch (kind) {
        case SINK_KEYBOARD:
                if (ioctl(fd, UI_SET_EVBIT, EV_REP) < 0)
                        return -errno;
                return uinput_declare(fd, EV_LED, UI_SET_LEDBIT, leds);
        case SINK_POINTER:
                return uinput_declare(fd, EV_REL, UI_SET_RELBIT, axes);
        case SINK_COUNT:
                break;
        }
        return -EINVAL;
}

static void store_name(const struct sink *sink, char *buf, size_t size) {
        snprintf(buf, size, "sink-%s-%s", sink->guest, kind_name(sink->kind));
}

static int create(struct sink *sink) {
        char name[SINK_GUEST_MAX + 20];
        int r;

        sink->fd = opener_open(sink->opener, UINPUT);
        if (sink->fd < 0)
                return sink->fd;
        r = declare_abilities(sink->fd, sink->kind);
        if (r < 0)
                return r;
        snprintf(name, sizeof(name), "pillion-%s-%s", sink->guest, kind_name(sink->kind));
        r = uinput_create(sink->fd, name, sink->phys, (uint16_t)(sink->kind + 1));
        if (r < 0)
                return r;
        store_name(sink, name, sizeof(name));
        r = fdstore_put(sink->store, name, sink->fd);
        if (r < 0)
                log_event(LOG_WARNING, (.error = r),
                          "Cannot keep '%s' for when pilliond is restarted, continuing without: %m", name);
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
                if (events[i].type == EV_LED && sink->on_led)
                        sink->on_led(events[i].code, events[i].value != 0, sink->userdata);
        return 0;
}

/* --- life --- */

static int prepare(struct sink **ret, const struct sink_tools *tools, enum sink_kind kind,
                   const char *guest) {
        struct sink *sink = calloc(1, sizeof(*sink));

        if (!sink)
                return -ENOMEM;
        *sink = (struct sink){ .fd = -1, .node = -ENOENT, .kind = kind };
        sink->opener = tools->opener;
        sink->store = tools->store;
        sink_guest_name(sink->guest, guest);
        sink_link(sink->link, sizeof(sink->link), kind, guest);
        snprintf(sink->phys, sizeof(sink->phys), DEVICES_OWN_PHYS "%s/%s", geteuid(), sink->guest,
                 kind_name(kind));
        *ret = sink;
        return 0;
}

/* What is left to do once there is a device. */
static int attach(struct sink *sink, sd_event *loop) {
        int r;

        r = uinput_sysname(sink->fd, sink->sysname, sizeof(sink->sysname) - 1);
        if (r < 0)
                return r;
        r = sd_event_add_io(loop, &sink->io, sink->fd, EPOLLIN, on_readable, sink);
        if (r < 0)
                return r;
        source_declare(sink->io, "input-sink", SD_EVENT_PRIORITY_IDLE, SOURCE_AUXILIARY);
        return 0;
}

int sink_new(struct sink **ret, const struct sink_tools *tools, enum sink_kind kind, const char *guest) {
        _cleanup_(sink_freep) struct sink *sink = NULL;
        int r;

        r = prepare(&sink, tools, kind, guest);
        if (r < 0)
                return r;
        r = create(sink);
        if (r < 0)
                return r;
        r = attach(sink, tools->loop);
        if (r < 0)
                return r;

        *ret = steal_ptr(sink);
        return 0;
}

/* "sink-GUEST-kbd" or "sink-GUEST-mouse". */
static int parse_store_name(const char *name, char guest[SINK_GUEST_MAX + 1], enum sink_kind *ret_kind) {
        const char *end = strrchr(name, '-');
        size_t n;

        if (strncmp(name, "sink-", 5) != 0 || end < name + 6)
                return -EINVAL;
        n = (size_t)(end - name) - 5;
        if (n > SINK_GUEST_MAX)
                return -EINVAL;
        for (enum sink_kind kind = SINK_KEYBOARD; kind < SINK_COUNT; kind++)
                if (strcmp(end + 1, kind_name(kind)) == 0) {
                        memcpy(guest, name + 5, n);
                        guest[n] = 0;
                        *ret_kind = kind;
                        return 0;
                }
        return -EINVAL;
}

int sink_restore(struct sink **ret, const struct sink_tools *tools, const char *name) {
        _cleanup_(sink_freep) struct sink *sink = NULL;
        char guest[SINK_GUEST_MAX + 1];
        enum sink_kind kind;
        struct keys keys;
        int r;

        r = parse_store_name(name, guest, &kind);
        if (r < 0)
                return r;
        r = prepare(&sink, tools, kind, guest);
        if (r < 0)
                return r;
        sink->fd = fdstore_take(tools->store, name);
        if (sink->fd < 0)
                return sink->fd;
        r = attach(sink, tools->loop);
        if (r < 0)
                return r;
        abilities(kind, &keys);
        r = uinput_release(sink->fd, &keys);
        if (r < 0)
                return r;

        *ret = steal_ptr(sink);
        return 0;
}

struct sink *sink_free(struct sink *sink) {
        if (!sink)
                return NULL;
        sink->io = sd_event_source_disable_unref(sink->io);
        sink->node = close_fd(sink->node);
        sink->fd = close_fd(sink->fd); /* if the last: the kernel releases held keys and removes the device */
        free(sink);
        return NULL;
}

struct sink *sink_destroy(struct sink *sink) {
        char name[SINK_GUEST_MAX + 20];

        store_name(sink, name, sizeof(name));
        fdstore_remove(sink->store, name);
        return sink_free(sink);
}

/* --- use --- */

void sink_listen(struct sink *sink, sink_led_fn on_led, void *userdata) {
        sink->on_led = on_led;
        sink->userdata = userdata;
}

bool sink_is_for(const struct sink *sink, enum sink_kind kind, const char *guest) {
        char name[SINK_GUEST_MAX + 1];

        sink_guest_name(name, guest);
        return sink->kind == kind && strcmp(sink->guest, name) == 0;
}

const char *sink_phys(const struct sink *sink) {
        return sink->phys;
}

/* No event reaches it, so nothing piles up there while nobody has grabbed the device. */
static int open_deaf(struct opener *opener, const char *path) {
        const uint64_t types = 0;
        const struct input_mask mask = { EV_SYN, sizeof(types), (uintptr_t)&types };
        int fd = opener_open(opener, path);

        if (fd >= 0)
                (void)ioctl(fd, EVIOCSMASK, &mask);
        return fd;
}

/* A link may be left over from an earlier device, so where it leads is looked at. */
bool sink_linked(struct sink *sink) {
        char node[64], target[PATH_MAX];

        if (!realpath(sink->link, target) || uinput_node(sink->sysname, node, sizeof(node)) < 0 ||
            strcmp(target, node) != 0)
                return false;
        if (sink->node < 0)
                sink->node = open_deaf(sink->opener, node);
        return true;
}

/* Its link may be older than what udev has to say of it, and then the opener's no says nothing. */
void sink_announced(struct sink *sink) {
        char node[64];

        if (uinput_node(sink->sysname, node, sizeof(node)) >= 0)
                opener_forget(sink->opener, node);
}

bool sink_retry(struct sink *sink) {
        int before = sink->node;

        if (before < 0)
                (void)sink_linked(sink);
        return sink->node != before;
}

int sink_is_read(struct sink *sink) {
        if (sink->node < 0 && !sink_linked(sink))
                return 1;
        if (sink->node == -EINPROGRESS)
                return sink->node;
        if (sink->node < 0 || ioctl(sink->node, EVIOCGRAB, 1) < 0)
                return 1;
        /* To get the grab is to know that nobody has it. */
        (void)ioctl(sink->node, EVIOCGRAB, 0);
        return 0;
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
