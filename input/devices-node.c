/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To open a device can have effects (a tape rewinds, a watchdog starts), so a node is first held with O_PATH,
 * which has none, judged, and then opened through what is held: between the two nobody can put another in its
 * place.
 */
#include "input/devices-node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/input.h>
#include <systemd/sd-device.h>

#include "core/cleanup.h"
#include "input/devices.h"
#include "input/nodes.h"

static int hold(const char *path, int *ret, struct devices_node *node) {
        _cleanup_close_ int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        struct stat st;

        if (fd < 0 || fstat(fd, &st) < 0)
                return -errno;
        *node = (struct devices_node){ .mode = st.st_mode, .rdev = st.st_rdev };
        *ret = steal_fd(fd);
        return 0;
}

static int open_held(int held, int *ret) {
        char path[32];
        int fd;

        snprintf(path, sizeof(path), "/proc/self/fd/%d", held);
        fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
        if (fd < 0)
                return -errno;
        *ret = fd;
        return 0;
}

static void on_found(const struct discovered *found, void *userdata) {
        (void)desk_put(userdata, found); /* no memory: not there, so not given */
}

static const struct discovered *find(const struct desk *desk, const char *path) {
        const struct discovered *node = desk_next(desk, NULL);

        while (node && strcmp(node->path, path) != 0)
                node = desk_next(desk, node);
        return node;
}

/* By its number: what udev knows under PATH must be what is held. */
static enum devices_verdict judge(const struct devices_node *node, const char *path, unsigned uid,
                                  struct desk *desk) {
        _cleanup_(sd_device_unrefp) sd_device *device = NULL;
        const char *name;

        if (!devices_is_evdev(node))
                return DEVICES_NO_EVENTS;
        if (sd_device_new_from_devnum(&device, 'c', node->rdev) < 0 ||
            sd_device_get_devname(device, &name) < 0 || strcmp(name, path) != 0)
                return DEVICES_NO_EVENTS;
        (void)nodes_scan(on_found, desk);
        return devices_judge(node, find(desk, path), desk, uid);
}

/* Who owns a device can remove it at any moment, and the next one gets its number. So what was opened speaks
 * for itself. */
static enum devices_verdict judge_opened(int fd, unsigned uid, enum devices_verdict verdict) {
        char phys[128] = "";
        int version;

        if (ioctl(fd, EVIOCGVERSION, &version) < 0)
                return DEVICES_NO_EVENTS;
        if (verdict != DEVICES_OWN)
                return verdict;
        if (ioctl(fd, EVIOCGPHYS(sizeof(phys) - 1), phys) < 0 || !devices_is_own(phys, uid))
                return DEVICES_OURS;
        return verdict;
}

int devices_open_event(const char *path, unsigned uid, struct desk *desk, int *ret,
                       enum devices_verdict *verdict) {
        _cleanup_close_ int held = -1, fd = -1;
        struct devices_node node;
        int r;

        *verdict = DEVICES_NO_NODE;
        if (!devices_is_event_path(path))
                return -EPERM;
        r = hold(path, &held, &node);
        if (r < 0)
                return r;
        *verdict = judge(&node, path, uid, desk);
        if (!devices_gives(*verdict))
                return -EPERM;
        r = open_held(held, &fd);
        if (r < 0)
                return r;
        *verdict = judge_opened(fd, uid, *verdict);
        if (!devices_gives(*verdict))
                return -EPERM;
        *ret = steal_fd(fd);
        return 0;
}

int devices_open_uinput(int *ret) {
        _cleanup_close_ int held = -1;
        struct devices_node node;
        int r;

        r = hold(DEVICES_UINPUT, &held, &node);
        if (r < 0)
                return r;
        if (!devices_is_uinput(&node))
                return -ENODEV;
        return open_held(held, ret);
}

/* The same file, by device and inode: in a mount namespace of its own, a program can give itself any path. */
static bool runs_pilliond(pid_t pid) {
        struct stat runs, installed;
        char path[32];

        snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
        return stat(path, &runs) == 0 && stat(PILLIOND_FILE, &installed) == 0 &&
               runs.st_dev == installed.st_dev && runs.st_ino == installed.st_ino;
}

int devices_look_at_caller(sd_bus_message *call, struct devices_caller *ret, char *buf, size_t size) {
        _cleanup_(sd_bus_creds_unrefp) sd_bus_creds *creds = NULL;
        const char *unit;
        uid_t uid;
        pid_t pid;
        int r;

        r = sd_bus_query_sender_creds(
                call, SD_BUS_CREDS_PID | SD_BUS_CREDS_EUID | SD_BUS_CREDS_USER_UNIT | SD_BUS_CREDS_AUGMENT,
                &creds);
        if (r < 0)
                return r;
        r = sd_bus_creds_get_pid(creds, &pid);
        if (r < 0)
                return r;
        r = sd_bus_creds_get_euid(creds, &uid);
        if (r < 0)
                return r;
        *ret = (struct devices_caller){ .uid = uid, .installed = runs_pilliond(pid) };
        if (sd_bus_creds_get_user_unit(creds, &unit) >= 0) {
                snprintf(buf, size, "%s", unit);
                ret->unit = buf;
        }
        return 0;
}
