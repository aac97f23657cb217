/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udev has work as long as /run/udev/queue is there. The file appears only when udevd has taken the event
 * from its socket, so that one look at a file that is absent does not say that all is done: it must stay
 * absent for a moment. Source: systemd 252, src/udev/udevd.c, event_queue_insert(); src/shared/udev-util.c,
 * udev_queue_is_empty().
 */
#include "switcher/uevent.h"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/socket.h>

#include "switcher/process.h"

#define LOOK_USEC 250000
#define CALM_USEC 2000

int uevent_open(void) {
        struct sockaddr_nl address = { .nl_family = AF_NETLINK,
                                       .nl_groups = 1 }; /* the kernel's own events */
        _cleanup_close_ int fd =
                socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

        if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
                return -errno;
        return steal_fd(fd);
}

/* Waits for FD, MOST microseconds; what has come is read and forgotten. False: nothing has. */
static bool wait_and_drain(int fd, uint64_t most) {
        struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
        char buffer[8192];

        if (poll(&poll_fd, 1, (int)(most / 1000) + 1) <= 0)
                return false;
        while (read(fd, buffer, sizeof(buffer)) > 0)
                ;
        return true;
}

static uint64_t at_most(uint64_t most, uint64_t deadline, uint64_t now) {
        return deadline - now < most ? deadline - now : most;
}

bool uevent_wait(int fd, uint64_t deadline) {
        uint64_t now = now_usec();

        if (now >= deadline)
                return false;
        wait_and_drain(fd, at_most(LOOK_USEC, deadline, now));
        return true;
}

bool uevent_settle(const char *root, uint64_t deadline) {
        _cleanup_close_ int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        char folder[4096], queue[4096];

        snprintf(folder, sizeof(folder), "%s/run/udev", root);
        snprintf(queue, sizeof(queue), "%s/run/udev/queue", root);
        if (fd >= 0)
                inotify_add_watch(fd, folder, IN_CREATE | IN_DELETE);
        for (;;) {
                bool busy = access(queue, F_OK) == 0, moved;
                uint64_t now = now_usec();

                if (now >= deadline)
                        return !busy;
                moved = wait_and_drain(fd, at_most(busy ? LOOK_USEC : CALM_USEC, deadline, now));
                if (!busy && !moved)
                        return true;
        }
}
