/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/uinput.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include <linux/uinput.h>

#include "core/cleanup.h"

#define FRAME_MAX 32 /* releases in one frame: half of what QEMU's client of a keyboard can hold */

int uinput_declare(int fd, int type, unsigned long request, const int *codes) {
        if (ioctl(fd, UI_SET_EVBIT, type) < 0)
                return -errno;
        for (; *codes >= 0; codes++)
                if (ioctl(fd, request, *codes) < 0)
                        return -errno;
        return 0;
}

int uinput_declare_keys(int fd, const struct keys *keys) {
        if (ioctl(fd, UI_SET_EVBIT, EV_KEY) < 0)
                return -errno;
        for (unsigned code = 0; code < KEY_CNT; code++)
                if (keys_has(keys, code) && ioctl(fd, UI_SET_KEYBIT, code) < 0)
                        return -errno;
        return 0;
}

int uinput_create(int fd, const char *name, const char *phys, uint16_t product) {
        struct uinput_setup setup = {
                .id = { BUS_VIRTUAL, .vendor = 0x7069, .product = product, .version = 1 },
        };

        snprintf(setup.name, sizeof(setup.name), "%s", name);
        if (ioctl(fd, UI_SET_PHYS, phys) < 0 || ioctl(fd, UI_DEV_SETUP, &setup) < 0 ||
            ioctl(fd, UI_DEV_CREATE) < 0)
                return -errno;
        return 0;
}

int uinput_sysname(int fd, char *buf, size_t size) {
        return ioctl(fd, UI_GET_SYSNAME(size), buf) < 0 ? -errno : 0;
}

static void closedirp(DIR **dir) {
        if (*dir)
                closedir(*dir);
}

int uinput_node(const char *sysname, char *buf, size_t size) {
        _cleanup_(closedirp) DIR *dir = NULL;
        char path[96];

        snprintf(path, sizeof(path), "/sys/devices/virtual/input/%s", sysname);
        dir = opendir(path);
        if (!dir)
                return -errno;
        for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
                if (strncmp(entry->d_name, "event", 5) == 0) {
                        snprintf(buf, size, "/dev/input/%.32s", entry->d_name);
                        return 0;
                }
        return -ENOENT;
}

/* Writes N events and the end of their frame, for which there is room. */
static int write_frame(int fd, struct input_event *events, size_t n) {
        events[n++] = (struct input_event){ .type = EV_SYN, .code = SYN_REPORT };
        return write(fd, events, n * sizeof(*events)) < 0 ? -errno : 0;
}

int uinput_release(int fd, const struct keys *keys) {
        struct input_event events[FRAME_MAX + 1];
        size_t n = 0;
        int r;

        for (unsigned code = 0; code < KEY_CNT; code++) {
                if (!keys_has(keys, code))
                        continue;
                events[n++] = (struct input_event){ .type = EV_KEY, .code = (uint16_t)code };
                if (n < FRAME_MAX)
                        continue;
                r = write_frame(fd, events, n);
                if (r < 0)
                        return r;
                n = 0;
        }
        return write_frame(fd, events, n);
}
