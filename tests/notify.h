/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* tests/notify: the end of sd_notify(3) that systemd listens at, here in the test itself. */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/test.h"

/* Sets NOTIFY_SOCKET to a socket that is bound at PATH; the test removes the file. */
static inline int notify_listen(const char *path) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

        snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
        CHECK(fd >= 0);
        CHECK_EQ(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
        CHECK_EQ(setenv("NOTIFY_SOCKET", path, 1), 0);
        return fd;
}

/* The next message, without waiting; "" if there is none. Returns the descriptor in it, or -1. */
static inline int notify_receive(int from, char *text, size_t size) {
        union {
                struct cmsghdr header;
                char room[CMSG_SPACE(sizeof(int))];
        } control = { 0 };
        struct iovec iov = { .iov_base = text, .iov_len = size - 1 };
        struct msghdr message = {
                .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
        };
        ssize_t n = recvmsg(from, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        const struct cmsghdr *header = n < 0 ? NULL : CMSG_FIRSTHDR(&message);
        int fd = -1;

        text[n < 0 ? 0 : n] = '\0';
        if (header)
                memcpy(&fd, CMSG_DATA(header), sizeof(fd));
        return fd;
}
