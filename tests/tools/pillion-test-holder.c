/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-test-holder hold|map|fly|loop NODE
 *
 * Keeps a device in use, until it is ended: by a descriptor; by a mapping of a PCM node, whose descriptor
 * is closed; by a descriptor on its way in a socket, where no look at any process finds it, until SIGUSR1 has
 * it arrive; or by opening and closing it all the time, until it cannot be opened any more: then it tells how
 * often it could. Says "ready" first.
 */
#include <fcntl.h>
#include <signal.h>
#include <sound/asound.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "core/cleanup.h"
#include "tests/test.h"

static int open_node(const char *path) {
        int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);

        if (fd < 0)
                test_fail("%s: %m", path);
        return fd;
}

/* The page of a PCM node that tells where it is; it can be mapped before any sound is set up. */
static void map_node(const char *path) {
        int fd = open_node(path);

        if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, SNDRV_PCM_MMAP_OFFSET_STATUS_NEW) == MAP_FAILED)
                test_fail("%s cannot be mapped: %m", path);
        close(fd);
}

/* Where it can be received. */
static int send_to_oneself(const char *path) {
        char byte = 0, control[CMSG_SPACE(sizeof(int))] = { 0 };
        struct iovec iov = { &byte, 1 };
        struct msghdr message = {
                .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
        };
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        int fd = open_node(path), ends[2];

        CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
        *header = (struct cmsghdr){ CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS };
        memcpy(CMSG_DATA(header), &fd, sizeof(fd));
        CHECK_EQ(sendmsg(ends[0], &message, 0), 1);
        close(fd);
        return ends[1];
}

static void receive(int end) {
        char byte, control[CMSG_SPACE(sizeof(int))];
        struct iovec iov = { &byte, 1 };
        struct msghdr message = {
                .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
        };

        CHECK_EQ(recvmsg(end, &message, MSG_CMSG_CLOEXEC), 1);
}

static void on_signal(int number) {
}

static void open_in_a_loop(const char *path) {
        unsigned long n = 0;
        int fd;

        while ((fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)) >= 0) {
                close(fd);
                n++;
        }
        printf("opened %lu times: %m\n", n);
}

int main(int argc, char *argv[]) {
        int flying = -1;

        signal(SIGUSR1, on_signal);
        if (argc != 3)
                test_fail("hold|map|fly|loop NODE");
        if (strcmp(argv[1], "hold") == 0)
                open_node(argv[2]);
        else if (strcmp(argv[1], "map") == 0)
                map_node(argv[2]);
        else if (strcmp(argv[1], "fly") == 0)
                flying = send_to_oneself(argv[2]);
        else if (strcmp(argv[1], "loop") != 0)
                test_fail("'%s' is no way to hold it", argv[1]);
        puts("ready");
        fflush(stdout);
        if (strcmp(argv[1], "loop") == 0)
                open_in_a_loop(argv[2]);
        else
                pause();
        if (flying >= 0) {
                receive(flying);
                pause();
        }
        return 0;
}
